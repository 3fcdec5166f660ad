/** BusyBox's mount and umount: what mount(2) answers, in a line. */
import {
  type Blocking,
  type Errno,
  isSysError,
  MNT_DETACH,
  MNT_FORCE,
  MS_BIND,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  type Sys,
  strerror,
} from '../../kernel/sim';
import { problemOf } from '../lib/attempt';
import { writeAll } from '../lib/io';
import { allOptions, readMounts } from '../lib/mountinfo';
import { type ReadOptions, readMountOptions } from '../util-linux/common/mount-options';
import { findInFstab, readFstab } from '../util-linux/mount/fstab';
import { type AppletCall, AppletError, makeApplet, ShowUsage } from './applet';

const propagations = ['shared', 'slave', 'private', 'unbindable', 'rshared', 'rslave', 'rprivate', 'runbindable'];
const failedCall = 255;

export const mount = makeApplet({
  name: 'mount',
  options: [
    ...[...'afinrsvw'].map((short) => ({ short })),
    { short: 't', value: 'required' as const },
    { short: 'o', value: 'required' as const },
    { short: 'O', value: 'required' as const },
    ...['bind', 'rbind', 'move', ...propagations.map((name) => `make-${name}`)].map((long) => ({ long })),
  ],
  usage: `mount [OPTIONS] [-o OPT] DEVICE NODE

Mount a filesystem. Filesystem autodetection requires /proc.

	-a		Mount all filesystems in fstab
	-f		Dry run
	-r -w		Read-only mount; read-write
	-t FSTYPE[,...]	Filesystem type(s)
	-o OPT		Options, also: [r]bind, move, remount, make-[r]shared and the like`,
  *run(call) {
    const { options } = call;
    if (options.operands.length === 0) return options.has('a') ? yield* all(call) : yield* show(call);
    const [source = '', given] = options.operands;
    if (options.operands.length > 2) throw new ShowUsage();
    const read = optionsOf(call);
    if (given !== undefined) return one(call, { source, target: given, type: options.value('t'), read });
    if (read.propagation.length > 0) return one(call, { source: 'none', target: source, type: null, read });
    return yield* known(call, source, read);
  },
});

interface Request {
  source: string;
  target: string;
  type: string | null;
  read: ReadOptions;
}

function optionsOf({ options }: AppletCall): ReadOptions {
  const long = ['bind', 'rbind', 'move'].filter((name) => options.has(name));
  const kinds = propagations.filter((name) => options.has(`make-${name}`));
  const read = readMountOptions([...options.values('o'), ...long, ...kinds]);
  if (options.has('r')) read.flags |= MS_RDONLY;
  return read;
}

function* show({ sys, options, out }: AppletCall): Blocking<number> {
  const type = options.value('t');
  for (const one of yield* readMounts(sys)) {
    if (type !== null && one.type !== type) continue;
    yield* out.write(`${one.source} on ${one.target} type ${one.type} (${allOptions(one)})\n`);
  }
  return 0;
}

/** A place alone: to be changed where it is mounted, else as /etc/fstab has it. */
function* known(call: AppletCall, name: string, read: ReadOptions): Blocking<number> {
  if ((read.flags & MS_REMOUNT) !== 0) {
    const found = (yield* readMounts(call.sys)).findLast(({ target, source }) => target === name || source === name);
    if (!found) throw new AppletError(`can't find ${name} in /proc/mounts`);
    return one(call, { source: found.source, target: found.target, type: found.type, read });
  }
  const entry = findInFstab(yield* readFstab(call.sys, '/etc/fstab'), name);
  if (!entry) throw new AppletError(`can't find ${name} in /etc/fstab`);
  const { source, target, type, options } = entry;
  const own = readMountOptions([options, ...call.options.values('o')]);
  return one(call, { source, target, type, read: own });
}

function* all(call: AppletCall): Blocking<number> {
  let status = 0;
  for (const { source, target, type, options } of yield* readFstab(call.sys, '/etc/fstab')) {
    if (options.split(',').includes('noauto') || type === 'swap') continue;
    status = one(call, { source, target, type, read: readMountOptions([options]) }) || status;
  }
  return status;
}

function one({ sys, options }: AppletCall, request: Request): number {
  if (options.has('f')) return 0;
  const { source, target, read } = request;
  const errno = problemOf(() => perform(sys, request));
  if (errno === null) return 0;
  if (read.propagation.length > 0) throw new AppletError(`${target}: ${strerror(errno)}`);
  throw new AppletError(`mounting ${source} on ${target} failed: ${strerror(errno)}`, failedCall);
}

function perform(sys: Sys, { source, target, type, read }: Request): void {
  const [kind] = read.propagation;
  if (kind !== undefined) {
    for (const flag of read.propagation) sys.mount('none', target, null, flag);
    return;
  }
  sys.mount(source, target, (read.flags & (MS_BIND | MS_REMOUNT)) !== 0 ? null : type, read.flags, read.data);
  // A bind is made read-only by a second call.
  const extra = read.flags & MS_RDONLY;
  if ((read.flags & MS_BIND) !== 0 && (read.flags & MS_REMOUNT) === 0 && extra !== 0)
    sys.mount(null, target, null, MS_REMOUNT | MS_BIND | (read.flags & MS_REC) | extra);
}

export const umount = makeApplet({
  name: 'umount',
  options: [...[...'rlfdan'].map((short) => ({ short })), { short: 't', value: 'required' }],
  usage: `umount [-rlfda] [-t FSTYPE] FILESYSTEM|DIRECTORY

Unmount filesystems

	-a	Unmount all filesystems
	-r	Remount read-only if mount is busy
	-l -f	Lazily; by force
	-t FSTYPE[,...]	Only these filesystem type(s)`,
  *run({ sys, options }) {
    const mounts = yield* readMounts(sys);
    const types = options.value('t')?.split(',') ?? null;
    const places = options.has('a')
      ? mounts
          .filter(({ type }) => types === null || types.includes(type))
          .map(({ target }) => target)
          .reverse()
      : options.operands;
    if (places.length === 0 && !options.has('a')) throw new ShowUsage();
    const flags = (options.has('l') ? MNT_DETACH : 0) | (options.has('f') ? MNT_FORCE : 0);
    let status = 0;
    for (const name of places) {
      const target = mounts.findLast(({ target: place, source }) => place === name || source === name)?.target ?? name;
      const errno = problemOf(() => take(sys, target, flags, options.has('r')));
      if (errno === null) continue;
      status = 1;
      yield* writeAll(sys, 2, `umount: can't unmount ${target}: ${strerror(errno)}\n`);
    }
    return status;
  },
});

function take(sys: Sys, target: string, flags: number, orReadOnly: boolean): void {
  try {
    sys.umount(target, flags);
  } catch (error) {
    const errno: Errno | null = isSysError(error) ? error.errno : null;
    if (errno !== 'EBUSY' || !orReadOnly) throw error;
    sys.mount(null, target, null, MS_REMOUNT | MS_RDONLY);
  }
}
