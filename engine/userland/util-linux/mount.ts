/** mount(8): filesystems, binds, propagation, and the list of what is mounted. */
import * as kernel from '../../kernel/sim';
import { type Blocking, type Errno, isSysError, type Sys, strerror } from '../../kernel/sim';
import { readFile, writeAll } from '../lib/io';
import type { OptionSpec, ParsedOptions } from '../lib/options';
import { canonicalPath } from '../lib/realpath';
import { Fatal, type Frame, utilLinux } from './common/frame';
import { flagWords, type ReadOptions, readMountOptions } from './common/mount-options';
import { allOptions, parseMountinfo } from './common/mountinfo';

const propagationOptions = Object.keys(flagWords.propagation).map((word): OptionSpec => ({ long: `make-${word}` }));

const options: OptionSpec[] = [
  { long: 'types', short: 't', value: 'required' },
  { long: 'options', short: 'o', value: 'required' },
  { long: 'source', value: 'required' },
  { long: 'target', value: 'required' },
  { long: 'bind', short: 'B' },
  { long: 'rbind', short: 'R' },
  { long: 'move', short: 'M' },
  { long: 'read-only', short: 'r' },
  { long: 'rw', short: 'w', as: 'read-write' },
  { long: 'read-write' },
  { long: 'all', short: 'a' },
  { long: 'verbose', short: 'v' },
  { long: 'show-labels', short: 'l' },
  { long: 'no-mtab', short: 'n' },
  { long: 'no-canonicalize', short: 'c' },
  { long: 'internal-only', short: 'i' },
  { long: 'mkdir', short: 'm', value: 'optional' },
  ...propagationOptions,
];

const failedStatus = 32;
const hint = '       dmesg(1) may have more information after failed mount system call.\n';

export const mount = utilLinux({
  name: 'mount',
  options,
  help: '[-lhV]\n mount -a [options]\n mount [options] [--source] <source> | [--target] <directory>\n mount [options] <source> <directory>\n mount <operation> <mountpoint> [<target>]\n\nMount a filesystem.',
  *run(frame) {
    const { options: given } = frame;
    // /etc/fstab is empty here: there is nothing to do, and that is done.
    if (given.has('all')) return 0;
    const operands = [given.value('source'), given.value('target')].filter((one) => one !== null);
    operands.push(...given.operands);
    const read = readMountOptions(given.values('options'));
    addOperations(given, read);
    if (operands.length === 0) return yield* list(frame);
    if (operands.length > 2) throw new Fatal("bad usage\nTry 'mount --help' for more information.");
    const onePlace = read.propagation.length > 0 || (read.flags & kernel.MS_REMOUNT) !== 0;
    const [first = '', second] = operands;
    if (second === undefined && !onePlace) throw new Fatal(`${first}: can't find in /etc/fstab.`);
    return yield* mountAt(frame, second === undefined ? null : first, second ?? first, read);
  },
});

function addOperations(given: ParsedOptions, read: ReadOptions): void {
  if (given.has('bind')) read.flags |= kernel.MS_BIND;
  if (given.has('rbind')) read.flags |= kernel.MS_BIND | kernel.MS_REC;
  if (given.has('move')) read.flags |= kernel.MS_MOVE;
  if (given.has('read-only')) read.flags |= kernel.MS_RDONLY;
  if (given.has('read-write')) read.flags &= ~kernel.MS_RDONLY;
  for (const [word, flag] of Object.entries(flagWords.propagation)) {
    if (given.has(`make-${word}`)) read.propagation.push(flag);
  }
}

function* list({ sys, options: given, out }: Frame): Blocking<number> {
  const types = given.value('types')?.split(',') ?? null;
  for (const line of parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'))) {
    if (types && !types.includes(line.type)) continue;
    yield* out.line(`${line.source} on ${line.target} type ${line.type} (${allOptions(line)})`);
  }
  return 0;
}

function* mountAt(frame: Frame, source: string | null, place: string, read: ReadOptions): Blocking<number> {
  const { sys, options: given } = frame;
  if (sys.getuid() !== 0) {
    yield* complain(frame, `${resolved(sys, place) ?? place}: must be superuser to use mount.`);
    return yield* withHint(frame);
  }
  if (given.has('mkdir')) makeDirectories(sys, place);
  const target = resolved(sys, place) ?? place;
  const from =
    source === null
      ? null
      : read.flags & (kernel.MS_BIND | kernel.MS_MOVE)
        ? (resolved(sys, source) ?? source)
        : source;
  const type = given.value('types');
  try {
    yield* perform(frame, from, target, type, read);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* refuse(frame, {
      source: source ?? '',
      from: from ?? '',
      target,
      type,
      flags: read.flags,
      errno: error.errno,
      sharedAbove: from !== null && (yield* isOnShared(sys, from)),
    });
  }
  if (given.has('verbose')) yield* frame.out.line(spoken(from, target, read));
  return 0;
}

/** One call for the mount, and one more for each thing mount(2) does not do in the same. */
// biome-ignore lint/correctness/useYield: mounting may come to wait for a device.
function* perform(
  { sys }: Frame,
  from: string | null,
  target: string,
  type: string | null,
  read: ReadOptions,
): Blocking<void> {
  const { flags, data, propagation } = read;
  const mountsSomething = from !== null || flags !== 0 || propagation.length === 0;
  if (mountsSomething) {
    sys.mount(from ?? 'none', target, kindOf(type, flags), flags & ~bindExtras(flags), data);
    const extras = bindExtras(flags);
    if (extras !== 0) sys.mount(null, target, null, kernel.MS_REMOUNT | kernel.MS_BIND | extras);
  }
  for (const one of propagation) sys.mount('none', target, null, one);
}

/** A bind takes no flags of its own: they are set by remounting it (mount(8), "Bind mount operation"). */
function bindExtras(flags: number): number {
  if (!(flags & kernel.MS_BIND) || flags & kernel.MS_REMOUNT) return 0;
  return flags & ~(kernel.MS_BIND | kernel.MS_REC | kernel.MS_SILENT);
}

/** Without a type there is nothing a probe could find out here: there are no block devices. */
function kindOf(type: string | null, flags: number): string | null {
  if (flags & (kernel.MS_BIND | kernel.MS_MOVE | kernel.MS_REMOUNT)) return null;
  return type;
}

interface Refusal {
  source: string;
  from: string;
  target: string;
  type: string | null;
  flags: number;
  errno: Errno;
  /** What is to be moved lies on a shared mount. */
  sharedAbove: boolean;
}

function* refuse(frame: Frame, refusal: Refusal): Blocking<number> {
  yield* complain(frame, `${refusal.target}: ${explain(frame.sys, refusal)}`);
  return yield* withHint(frame);
}

/** mnt_context_get_mount_excode of libmount: the kernel's errno in words, by what was attempted. */
function explain(sys: Sys, { source, from, target, type, flags, errno, sharedAbove }: Refusal): string {
  const operation = flags & (kernel.MS_BIND | kernel.MS_MOVE);
  switch (errno) {
    case 'EPERM':
      return 'permission denied.';
    case 'EBUSY':
      return `${source} already mounted or mount point busy.`;
    case 'ENOENT':
      return exists(sys, target) ? `special device ${source} does not exist.` : 'mount point does not exist.';
    case 'ENOTDIR':
      if (!isDirectory(sys, target)) return 'mount point is not a directory.';
      return operation && exists(sys, from)
        ? `mount(2) system call failed: ${strerror(errno)}.`
        : `special device ${source} does not exist (a path prefix is not a directory).`;
    case 'EINVAL':
      if (flags & kernel.MS_MOVE && sharedAbove)
        return 'bad option; moving a mount residing under a shared mount is unsupported.';
      if (flags & kernel.MS_REMOUNT) return 'mount point not mounted or bad option.';
      if (type === null && !operation) return 'not mount point or bad option.';
      return `wrong fs type, bad option, bad superblock on ${operation ? from : source}, missing codepage or helper program, or other error.`;
    case 'ENODEV':
      return exists(sys, source) ? `${source} is not a block device.` : `special device ${source} does not exist.`;
    case 'ENOSPC':
      return `mount(2) system call failed: ${strerror(errno)}.`;
    default:
      return `mount(2) system call failed: ${strerror(errno)}.`;
  }
}

/** Whether the mount that holds `path`, or its parent where `path` is a mount point, is shared. */
function* isOnShared(sys: Sys, path: string): Blocking<boolean> {
  const mounts = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'));
  const below = (target: string) => target === '/' || path.startsWith(`${target}/`);
  const holders = mounts.filter(({ target }) => below(target)).sort((a, b) => a.target.length - b.target.length);
  return holders.at(-1)?.optional.some((field) => field.startsWith('shared:')) ?? false;
}

function exists(sys: Sys, path: string): boolean {
  try {
    sys.stat(path);
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function isDirectory(sys: Sys, path: string): boolean {
  return exists(sys, path) && (sys.stat(path).mode & kernel.S_IFMT) === kernel.S_IFDIR;
}

function resolved(sys: Sys, path: string): string | null {
  try {
    return canonicalPath(sys, path, 'all');
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

function makeDirectories(sys: Sys, path: string): void {
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const part = end < 0 ? path : path.slice(0, end);
    if (!exists(sys, part)) sys.mkdir(part, 0o755);
    if (end < 0) return;
  }
}

function spoken(from: string | null, target: string, { flags, propagation }: ReadOptions): string {
  if (propagation.length > 0 && flags === 0) return `mount: ${target} propagation flags changed.`;
  if (flags & kernel.MS_MOVE) return `mount: ${from} moved to ${target}.`;
  if (flags & kernel.MS_BIND) return `mount: ${from} bound on ${target}.`;
  if (flags & kernel.MS_REMOUNT) return `mount: ${target} remounted.`;
  return `mount: ${from} mounted on ${target}.`;
}

function* complain({ sys }: Frame, text: string): Blocking<void> {
  yield* writeAll(sys, 2, `mount: ${text}\n`);
}

function* withHint({ sys }: Frame): Blocking<number> {
  yield* writeAll(sys, 2, hint);
  return failedStatus;
}
