/** umount(8). */
import * as kernel from '../../kernel/sim';
import { type Blocking, type Errno, isSysError, type Sys, strerror } from '../../kernel/sim';
import { readFile, writeAll } from '../lib/io';
import { canonicalPath } from '../lib/realpath';
import { Fatal, type Frame, utilLinux } from './common/frame';
import { parseMountinfo } from './common/mountinfo';

/** Exit status of umount(8) when unmounting failed. */
const failedStatus = 32;

export const umount = utilLinux({
  name: 'umount',
  options: [
    { long: 'lazy', short: 'l' },
    { long: 'force', short: 'f' },
    { long: 'recursive', short: 'R' },
    { long: 'verbose', short: 'v' },
    { long: 'quiet', short: 'q' },
    { long: 'read-only', short: 'r' },
    { long: 'types', short: 't', value: 'required' },
    { long: 'no-mtab', short: 'n' },
    { long: 'no-canonicalize', short: 'c' },
    { long: 'internal-only', short: 'i' },
    { long: 'all', short: 'a' },
  ],
  help: '[-hV]\n umount [options] <source> | <directory>\n\nUnmount filesystems.',
  *run(frame) {
    const { options: given } = frame;
    if (given.has('all')) throw new Fatal('-a unmounts what the Machine itself needs: name what is to go');
    if (given.operands.length === 0) {
      yield* writeAll(frame.sys, 2, "umount: bad usage\nTry 'umount --help' for more information.\n");
      return 1;
    }
    let status = 0;
    for (const operand of given.operands) {
      const targets = given.has('recursive') ? yield* treeBelow(frame.sys, operand) : [operand];
      for (const target of targets) status = (yield* unmount(frame, target)) || status;
    }
    return status;
  },
});

function* unmount(frame: Frame, target: string): Blocking<number> {
  const { sys, options: given } = frame;
  const shown = resolved(sys, target);
  const place = shown === null ? yield* placeOfSource(sys, target) : shown;
  if (place === null) {
    yield* complain(frame, `${target}: no mount point specified.`);
    return failedStatus;
  }
  if (sys.getuid() !== 0) {
    yield* complain(frame, `${place}: must be superuser to unmount.`);
    return failedStatus;
  }
  const flags = (given.has('lazy') ? kernel.MNT_DETACH : 0) | (given.has('force') ? kernel.MNT_FORCE : 0);
  try {
    sys.umount(place, flags);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* complain(frame, `${error.errno === 'EINVAL' ? target : place}: ${explain(error.errno)}`);
    return failedStatus;
  }
  if (given.has('verbose')) yield* frame.out.line(`umount: ${place} unmounted`);
  return 0;
}

function explain(errno: Errno): string {
  switch (errno) {
    case 'EINVAL':
      return 'not mounted.';
    case 'EBUSY':
      return 'target is busy.';
    case 'EPERM':
      return 'must be superuser to unmount.';
    case 'ENOENT':
      return 'no mount point specified.';
    default:
      return `umount failed: ${strerror(errno)}.`;
  }
}

/** Everything mounted at and below a place, the deepest first. */
function* treeBelow(sys: Sys, target: string): Blocking<string[]> {
  const place = resolved(sys, target) ?? target;
  const mounts = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'));
  const top = mounts.findLast((mount) => mount.target === place);
  if (!top) return [target];
  const found: string[] = [];
  const visit = (id: number) => {
    for (const child of mounts.filter(({ parent }) => parent === id)) {
      visit(child.id);
      found.push(child.target);
    }
  };
  visit(top.id);
  return [...found, place];
}

/** A mount may be named by its source, when nothing has that path. */
function* placeOfSource(sys: Sys, source: string): Blocking<string | null> {
  const mounts = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'));
  return mounts.findLast((mount) => mount.source === source)?.target ?? null;
}

function resolved(sys: Sys, path: string): string | null {
  try {
    return canonicalPath(sys, path, 'all');
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

function* complain({ sys, name, options }: Frame, text: string): Blocking<void> {
  if (!options.has('quiet')) yield* writeAll(sys, 2, `${name}: ${text}\n`);
}
