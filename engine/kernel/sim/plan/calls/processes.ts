/** Calls on processes and their namespaces (clone(2), execve(2), wait4(2), prctl(2), prlimit(2), unshare(2) ...). */
import { resourceNames } from '../../../abi';
import { SysError } from '../../abi/errno';
import { decode } from '../../bytes';
import type { Blocking } from '../../sched/blocking';
import type { WaitResult } from '../../sys/types';
import type { Handler, PlanCall } from '../plan-call';
import { prctl } from './prctl';

const SIGCHLD = 17;
const CSIGNAL = 0xff;
/** struct clone_args up to `tls`, CLONE_ARGS_SIZE_VER0. */
const sizeofCloneArgs = 64;
const AT_EMPTY_PATH = 0x1000;
/** __WNOTHREAD, __WALL and __WCLONE make no difference where every child tells by SIGCHLD. */
const threadOptions = 0xe0000000;
const infinity = 0xffff_ffff_ffff_ffffn;

export const processCalls = {
  getpid: (call) => call.sys.getpid(),
  getppid: (call) => call.sys.getppid(),
  setsid: (call) => call.sys.setsid(),
  fork: (call) => call.fork(0),
  clone: (call) => clone(call, call.size(0) & ~CSIGNAL, call.size(0) & CSIGNAL),
  clone3,
  execve: (call) => call.sys.execve(call.text(0), call.memory.texts(call.size(1)), call.memory.texts(call.size(2))),
  execveat,
  exit: (call) => call.sys.exit(call.int(0)),
  exit_group: (call) => call.sys.exit(call.int(0)),
  wait4,
  prctl,
  prlimit64,
  sethostname: (call) => call.sys.sethostname(decode(call.bytes(0, call.size(1)))),
  setdomainname: (call) => call.sys.setdomainname(decode(call.bytes(0, call.size(1)))),
  personality,
  sched_setaffinity: setAffinity,
  sched_setattr: setScheduling,
  unshare: (call) => call.sys.unshare(call.unsigned(0) | 0),
  setns: (call) => call.sys.setns(call.int(0), call.unsigned(1) | 0),
} satisfies Partial<Record<string, Handler>>;

/** A child here always tells its parent of its end, and has a memory of its own. */
function clone(call: PlanCall, flags: number, signal: number): number {
  if (signal !== SIGCHLD) throw new SysError('EINVAL');
  return call.fork(flags | 0);
}

function clone3(call: PlanCall): number {
  const size = call.size(1);
  if (size < sizeofCloneArgs) throw new SysError('EINVAL');
  const at = call.size(0);
  const field = (offset: number) => (offset < size ? call.memory.unsigned(at + offset) : 0n);
  const flags = field(0);
  const hasStack = field(40) !== 0n || field(48) !== 0n;
  if (flags > 0xffffffffn || (flags & BigInt(CSIGNAL) & ~0x80n) !== 0n || hasStack) throw new SysError('EINVAL');
  return clone(call, Number(flags), Number(field(32)));
}

function execveat(call: PlanCall): Blocking<never> {
  const { vfs } = call.kernel;
  const path = call.text(1);
  const isFile = path === '' && (call.int(4) & AT_EMPTY_PATH) !== 0;
  if (!isFile && call.directory(0).dirfd !== undefined && !path.startsWith('/')) throw new SysError('EINVAL');
  const file = isFile ? vfs.pathText(vfs.placeOf(call.task, call.int(0)), call.task.fs.root) : path;
  return call.sys.execve(file, call.memory.texts(call.size(2)), call.memory.texts(call.size(3)));
}

/** PER_LINUX is the only one; 0xffffffff asks. */
function personality(call: PlanCall): number {
  if (call.unsigned(0) !== 0 && call.unsigned(0) !== 0xffffffff) throw new SysError('EINVAL');
  return 0;
}

/** There is one processor. */
function setAffinity(call: PlanCall): void {
  if (call.size(1) < 8 || (call.memory.int(call.size(2)) & 1) === 0) throw new SysError('EINVAL');
}

/** struct sched_attr: of SCHED_OTHER, the only policy there is, the niceness. */
function setScheduling(call: PlanCall): void {
  const at = call.size(1);
  const [policy, flags] = [call.memory.int(at + 4), call.memory.unsigned(at + 8)];
  if (policy !== 0 || flags !== 0n || call.unsigned(2) !== 0) throw new SysError('EINVAL');
  call.sys.setpriority(call.int(0), call.memory.int(at + 16) | 0);
}

function* wait4(call: PlanCall): Blocking<number> {
  const result = yield* call.sys.waitpid(call.int(0), call.int(2) & ~threadOptions);
  if (!result) return 0;
  if (call.word(1) !== 0n) call.memory.setInt(call.size(1), statusOf(result.event));
  return result.pid;
}

/** wait(2), "status": as W* macros take it apart. */
function statusOf(event: WaitResult['event']): number {
  switch (event.kind) {
    case 'exited':
      return event.code << 8;
    case 'killed':
      return event.signal | (event.core ? 0x80 : 0);
    case 'stopped':
      return (event.signal << 8) | 0x7f;
    case 'continued':
      return 0xffff;
  }
}

function prlimit64(call: PlanCall): void {
  const resource = resourceNames[call.unsigned(1)];
  if (resource === undefined) throw new SysError('EINVAL');
  const pid = call.int(0);
  const before = call.sys.getrlimit(resource, pid);
  if (call.word(2) !== 0n) {
    const at = call.size(2);
    const limit = { soft: limitAt(call, at), hard: limitAt(call, at + 8) };
    call.sys.setrlimit(resource, limit, pid);
  }
  if (call.word(3) === 0n) return;
  call.memory.setWord(call.size(3), wordOf(before.soft));
  call.memory.setWord(call.size(3) + 8, wordOf(before.hard));
}

function limitAt(call: PlanCall, at: number): number {
  const word = call.memory.unsigned(at);
  return word === infinity ? Number.POSITIVE_INFINITY : Number(word);
}

function wordOf(limit: number): bigint {
  return limit === Number.POSITIVE_INFINITY ? infinity : BigInt(limit);
}
