/**
 * The birth of a simulated Machine, step for step as `linux/machine/mounts.ts` does it with system calls: what a learner
 * sees of mounts is the same on both kernels. Runs as number 1 of the Machine, in its new namespaces.
 */

import { deviceLinks, deviceNodes } from '../../machine';
import * as abi from '../abi';
import { SysError } from '../abi';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';

export interface MachineBirth {
  hostname: string;
  diskBytes: number;
}

const quiet = abi.MS_NOSUID | abi.MS_NODEV | abi.MS_NOEXEC;

/** Capabilities that reach beyond a Machine on the real kernel; withheld here, too, so that both refuse the same. */
const withheld: readonly abi.Capability[] = [
  'sys_module',
  'sys_rawio',
  'sys_boot',
  'sys_resource',
  'sys_time',
  'audit_write',
  'audit_control',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'audit_read',
  'perfmon',
  'bpf',
];

/** Everything before the Machine is up; what fails is thrown. */
export function* bearMachine(sys: Sys, birth: MachineBirth): Blocking<void> {
  sys.setName('init');
  sys.setsid();
  sys.sethostname(birth.hostname);
  sys.umask(0);
  yield* makeRoot(sys, birth.diskBytes);
  sys.umask(0o022);
  // In the order of a real birth, so that the numbers of the namespaces are in the same order, too.
  sys.unshare(abi.CLONE_NEWCGROUP);
  loopbackUp(sys);
  boundCapabilities(sys);
}

/** What init does for the rest of its life: waits for orphans. */
export function* reap(sys: Sys): Blocking<never> {
  for (;;) {
    try {
      yield* sys.waitpid(-1);
    } catch (error) {
      if (!abi.isSysError(error, 'ECHILD', 'EINTR')) throw error;
      if (error.errno === 'ECHILD') yield* waitForChild(sys);
    }
  }
}

function* waitForChild(sys: Sys): Blocking<void> {
  const SIGCHLD = abi.signalNumbers.SIGCHLD;
  yield* sys.sigtimedwait(1n << BigInt(SIGCHLD - 1), null);
}

function loopbackUp(sys: Sys): void {
  const lo = sys.links().find(({ name }) => name === 'lo');
  if (lo) sys.linkSet(lo.index, { up: true });
}

function boundCapabilities(sys: Sys): void {
  let mask = 0n;
  for (const name of withheld) {
    const bit = abi.capabilityBit(name);
    sys.capbsetDrop(abi.capabilityNames.indexOf(name));
    mask |= bit;
  }
  const { effective, permitted, inheritable } = sys.capget();
  sys.capset({ effective: effective & ~mask, permitted: permitted & ~mask, inheritable: inheritable & ~mask });
}

function* makeRoot(sys: Sys, diskBytes: number): Blocking<void> {
  const site = '/run';
  const merged = `${site}/merged`;
  sys.mount(null, '/', null, abi.MS_REC | abi.MS_PRIVATE);
  const inodes = Math.max(16384, Math.floor(diskBytes / 4096));
  sys.mount('machine', site, 'tmpfs', 0, `mode=755,size=${diskBytes},nr_inodes=${inodes}`);
  for (const name of ['lower', 'upper', 'work', 'merged']) sys.mkdir(`${site}/${name}`, 0o755);
  sys.mount('/', `${site}/lower`, null, abi.MS_BIND);
  const layers = `lowerdir=${site}/lower,upperdir=${site}/upper,workdir=${site}/work`;
  sys.mount('overlay', merged, 'overlay', 0, layers);
  for (const name of ['root', 'home', 'tmp']) yield* copyTree(sys, `${site}/lower/${name}`, `${site}/${name}`);
  sys.chdir(merged);
  for (const name of ['root', 'home', 'tmp']) sys.mount(`${site}/${name}`, name, null, abi.MS_BIND);
  makeProc(sys);
  protectProc(sys);
  makeSys(sys);
  makeDev(sys);
  sys.pivotRoot('.', '.');
  sys.umount('.', abi.MNT_DETACH);
  sys.chdir('/');
  sys.mount(null, '/', null, abi.MS_REC | abi.MS_SHARED);
}

function makeProc(sys: Sys): void {
  makeDirectory(sys, 'dev/proc');
  sys.mount('proc', 'dev/proc', 'proc', quiet);
  sys.mount('proc', 'proc', 'proc', quiet);
}

function makeSys(sys: Sys): void {
  sys.mount('sysfs', 'sys', 'sysfs', abi.MS_RDONLY | quiet);
  sys.mount('cgroup2', 'sys/fs/cgroup', 'cgroup2', quiet);
}

/** Files of /proc/sys that belong to the Machine's own namespaces and may be written. */
const ownSettings = [
  'net',
  'fs/mqueue',
  'kernel/hostname',
  'kernel/domainname',
  'kernel/msgmax',
  'kernel/msgmnb',
  'kernel/msgmni',
  'kernel/sem',
  'kernel/shmall',
  'kernel/shmmax',
  'kernel/shmmni',
];

function protectProc(sys: Sys): void {
  sys.mount('proc/sys', 'proc/sys', null, abi.MS_BIND);
  sys.mount(null, 'proc/sys', null, abi.MS_REMOUNT | abi.MS_BIND | abi.MS_RDONLY | quiet);
  for (const name of ownSettings) {
    // The proc below /dev shows the same files, and is not covered. It is soon hidden itself.
    sys.mount(`dev/proc/sys/${name}`, `proc/sys/${name}`, null, abi.MS_BIND);
  }
}

function makeDev(sys: Sys): void {
  sys.mount('dev', 'dev', 'tmpfs', abi.MS_NOSUID, 'mode=755,size=1m');
  for (const name of ['pts', 'shm', 'mqueue', 'net']) makeDirectory(sys, `dev/${name}`);
  for (const [name, major, minor] of deviceNodes) sys.mknod(`dev/${name}`, abi.S_IFCHR | 0o666, { major, minor });
  for (const [name, target] of deviceLinks) sys.symlink(target, `dev/${name}`);
  const pty = 'newinstance,ptmxmode=0666,mode=0620,gid=5,max=256';
  sys.mount('devpts', 'dev/pts', 'devpts', abi.MS_NOSUID | abi.MS_NOEXEC, pty);
  sys.mount('shm', 'dev/shm', 'tmpfs', abi.MS_NOSUID | abi.MS_NODEV, 'mode=1777,size=64m');
  sys.mount('mqueue', 'dev/mqueue', 'mqueue', quiet);
}

function makeDirectory(sys: Sys, path: string): void {
  try {
    sys.mkdir(path, 0o755);
  } catch (error) {
    if (!abi.isSysError(error, 'EEXIST')) throw error;
  }
}

/** The homes lie on the Machine's own disk, for an overlay cannot be the upper directory of another. */
function* copyTree(sys: Sys, from: string, to: string): Blocking<void> {
  const stat = sys.lstat(from);
  const kind = stat.mode & abi.S_IFMT;
  if (kind === abi.S_IFLNK) sys.symlink(sys.readlink(from), to);
  else if (kind === abi.S_IFDIR) sys.mkdir(to, stat.mode & 0o7777);
  else if (kind === abi.S_IFREG) yield* copyFile(sys, from, to, stat.mode & 0o7777);
  else throw new SysError('EINVAL', from);
  sys.chown(to, stat.uid, stat.gid, { noFollow: true });
  if (kind !== abi.S_IFDIR) return;
  sys.chmod(to, stat.mode & 0o7777);
  for (const { name } of sys.readdir(from)) {
    if (name !== '.' && name !== '..') yield* copyTree(sys, `${from}/${name}`, `${to}/${name}`);
  }
}

function* copyFile(sys: Sys, from: string, to: string, mode: number): Blocking<void> {
  const source = yield* sys.open(from, abi.O_RDONLY);
  const target = yield* sys.open(to, abi.O_WRONLY | abi.O_CREAT | abi.O_EXCL, mode);
  for (let chunk = yield* sys.read(source, 65_536); chunk.length > 0; chunk = yield* sys.read(source, 65_536)) {
    yield* sys.write(target, chunk);
  }
  sys.close(source);
  sys.close(target);
}
