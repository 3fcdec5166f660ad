/** umount(8). */
import * as kernel from '../../kernel/sim';
import { type Blocking, type Errno, isSysError, type Sys, strerror } from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { writeAll } from '../lib/io';
import { type MountLine, readMounts } from '../lib/mountinfo';
import { canonicalPath } from '../lib/realpath';
import { enterMountNamespace, type Frame, utilLinux } from './common/frame';

/** Exit status of umount(8) when unmounting failed. */
const failedStatus = 32;
/** What stays when everything is to go. */
const keptTypes = new Set(['proc', 'sysfs', 'devtmpfs', 'devpts']);

export const umount = utilLinux({
  name: 'umount',
  options: [
    { long: 'lazy', short: 'l' },
    { long: 'force', short: 'f' },
    { long: 'recursive', short: 'R' },
    { long: 'all-targets', short: 'A' },
    { long: 'verbose', short: 'v' },
    { long: 'quiet', short: 'q' },
    { long: 'read-only', short: 'r' },
    { long: 'types', short: 't', value: 'required' },
    { long: 'test-opts', short: 'O', value: 'required' },
    { long: 'detach-loop', short: 'd' },
    { long: 'no-mtab', short: 'n' },
    { long: 'no-canonicalize', short: 'c' },
    { long: 'internal-only', short: 'i' },
    { long: 'namespace', short: 'N', value: 'required' },
    { long: 'fake' },
    { long: 'all', short: 'a' },
  ],
  help: '[-hV]\n umount -a [options]\n umount [options] <source> | <directory>\n\nUnmount filesystems.',
  version: 'umount from util-linux 2.38.1 (libmount 2.38.1: selinux, smack, btrfs, verity, namespaces, assert, debug)',
  *run(frame) {
    const { options: given } = frame;
    yield* enterMountNamespace(frame);
    if (given.has('all')) return yield* unmountAll(frame);
    if (given.operands.length === 0) {
      yield* writeAll(frame.sys, 2, "umount: bad usage\nTry 'umount --help' for more information.\n");
      return 1;
    }
    let status = 0;
    for (const operand of given.operands) {
      const many = given.has('recursive') || given.has('all-targets');
      status = (many ? yield* unmountTree(frame, operand) : yield* unmount(frame, operand)) || status;
    }
    return status;
  },
});

/** From the last to the first; of the named types, or all but those the system cannot do without. */
function* unmountAll(frame: Frame): Blocking<number> {
  const wanted = frame.options.value('types')?.split(',') ?? null;
  let status = 0;
  for (const { target, type } of (yield* readMounts(frame.sys)).reverse()) {
    if (wanted ? !wanted.includes(type) : keptTypes.has(type)) continue;
    status = (yield* unmount(frame, target)) || status;
  }
  return status;
}

/** Everything at and below a place, or with `-A` all places of its filesystem; the deepest first. */
function* unmountTree(frame: Frame, operand: string): Blocking<number> {
  const mounts = yield* readMounts(frame.sys);
  const top = find(frame.sys, mounts, operand);
  if (!top) {
    yield* complain(frame, `${operand}: not mounted`);
    return 1;
  }
  const tops = frame.options.has('all-targets') ? mounts.filter(({ device }) => device === top.device) : [top];
  const isDeep = frame.options.has('recursive');
  for (const one of tops) {
    for (const target of isDeep ? treeOf(mounts, one) : [one.target]) {
      const status = yield* unmount(frame, target);
      if (status !== 0) return status;
    }
  }
  return 0;
}

function treeOf(mounts: readonly MountLine[], top: MountLine): string[] {
  const below = mounts.filter(({ parent, id }) => parent === top.id && id !== top.id);
  return [...below.reverse().flatMap((child) => treeOf(mounts, child)), top.target];
}

/** By its place, else by its source; of several the last. */
function find(sys: Sys, mounts: readonly MountLine[], name: string): MountLine | null {
  const place = resolved(sys, name);
  const there = place === null ? undefined : mounts.findLast((mount) => mount.target === place);
  return there ?? mounts.findLast((mount) => mount.source === name) ?? null;
}

function* unmount(frame: Frame, operand: string): Blocking<number> {
  const { sys, options: given } = frame;
  const found = find(sys, yield* readMounts(sys), operand);
  const place = found?.target ?? resolved(sys, operand);
  if (place === null) {
    yield* complain(frame, `${operand}: no mount point specified.`);
    return failedStatus;
  }
  if (sys.getuid() !== 0) {
    yield* complain(frame, `${place}: must be superuser to unmount.`);
    return failedStatus;
  }
  const flags = (given.has('lazy') ? kernel.MNT_DETACH : 0) | (given.has('force') ? kernel.MNT_FORCE : 0);
  try {
    if (!given.has('fake')) sys.umount(place, flags);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* complain(frame, `${error.errno === 'EINVAL' ? operand : place}: ${explain(error.errno)}`);
    return failedStatus;
  }
  if (given.has('verbose')) yield* frame.out.line(`umount: ${place}${found ? ` (${found.source})` : ''} unmounted`);
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

function resolved(sys: Sys, path: string): string | null {
  return orNull(() => canonicalPath(sys, path, 'all'));
}

function* complain({ sys, name, options }: Frame, text: string): Blocking<void> {
  if (!options.has('quiet')) yield* writeAll(sys, 2, `${name}: ${text}\n`);
}
