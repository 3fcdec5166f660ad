/**
 * The system calls of a simulated process: all that a program can do. One object a task.
 *
 * Names and meanings are those of section 2 of the manual, in camel case; a failure is a thrown `SysError`. Calls that may
 * wait are generators: `const data = yield* sys.read(0, 4096)`. The rest answers at once. A program that catches an error
 * must throw on whatever is not a `SysError` (`isSysError`): the kernel ends processes that way.
 */

import type { CapabilityMask } from '../abi/capabilities';
import type { Device } from '../abi/files';
import type { Signal } from '../abi/signals';
import type { NetCalls } from '../net/calls';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { Part } from '../sched/part';
import type { SignalAction, SignalMask } from '../task/signal-state';
import type { ResourceLimit, ResourceName } from '../task/task';
import type { Termios, Winsize } from '../tty/types';
import type { DirectoryEntry } from '../vfs/inode';
import type { IpcCalls } from './ipc-types';
import type { AtOptions, Fd, FsStat, Pid, PollRequest, Stat, Utsname, WaitResult } from './types';

/** A program: what execve(2) finds behind a file (see `image.ts`). Returns its exit status. */
export type Program = (sys: Sys, argv: readonly string[], env: Readonly<Record<string, string>>) => Blocking<number>;

export interface FileCalls {
  /** May wait (FIFOs). Errors as open(2). The lowest free descriptor. */
  open(path: string, flags: number, mode?: number, at?: AtOptions): Blocking<Fd>;
  /** Closing wakes whoever waits at the other end. EBADF. */
  close(fd: Fd): void;
  /** At most `count` bytes; empty at the end. Never change the bytes: they may be shared. */
  read(fd: Fd, count: number): Blocking<Uint8Array>;
  /** How many bytes were taken (all of them, except non-blocking or after a signal). Never change `data` afterwards. */
  write(fd: Fd, data: Uint8Array): Blocking<number>;
  pread(fd: Fd, count: number, offset: number): Uint8Array;
  pwrite(fd: Fd, data: Uint8Array, offset: number): number;
  lseek(fd: Fd, offset: number, whence: number): number;
  ftruncate(fd: Fd, size: number): void;
  truncate(path: string, size: number): void;
  fallocate(fd: Fd, offset: number, length: number): void;
  /** Shares blocks where the filesystem can. */
  copyFileRange(from: Fd, to: Fd, count: number): Blocking<number>;
  fsync(fd: Fd): void;
  dup(fd: Fd, from?: Fd): Fd;
  dup2(from: Fd, to: Fd, closeOnExec?: boolean): Fd;
  /** pipe2(2); both ends O_CLOEXEC when asked for. */
  pipe(options?: { closeOnExec?: boolean; nonBlock?: boolean }): { readEnd: Fd; writeEnd: Fd };
  setCloseOnExec(fd: Fd, on: boolean): void;
  /** F_GETFL, F_SETFL. */
  getFlags(fd: Fd): number;
  setFlags(fd: Fd, flags: number): void;
  /** Descriptors that are open, in order. */
  openFds(): Fd[];
  /** Answers how many are ready; `revents` in the order of the requests. `timeout` null waits for ever. */
  poll(requests: readonly PollRequest[], timeout: Nanoseconds | null): Blocking<{ ready: number; revents: number[] }>;
  /** FIONREAD. */
  available(fd: Fd): number;
  flock(fd: Fd, operation: 'shared' | 'exclusive' | 'unlock', nonBlock?: boolean): Blocking<void>;

  stat(path: string, at?: AtOptions): Stat;
  lstat(path: string): Stat;
  fstat(fd: Fd): Stat;
  statfs(path: string): FsStat;
  /** Id of the mount a path lies in (statx(2) STATX_MNT_ID). */
  mountId(path: string, at?: AtOptions): number;
  access(path: string, mode: number, at?: AtOptions & { effective?: boolean }): void;
  readlink(path: string, at?: AtOptions): string;
  /** With `.` and `..` first, then as the filesystem gives them. */
  readdir(path: string): DirectoryEntry[];
  getdents(fd: Fd): DirectoryEntry[];
  mkdir(path: string, mode?: number): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  /** Does not follow `from` unless `follow`. */
  link(from: string, to: string, options?: { follow?: boolean }): void;
  symlink(target: string, path: string): void;
  rename(from: string, to: string, flags?: number): void;
  mknod(path: string, mode: number, device?: Device): void;
  chmod(path: string, mode: number): void;
  fchmod(fd: Fd, mode: number): void;
  /** -1 leaves an id as it is. */
  chown(path: string, uid: number, gid: number, at?: AtOptions): void;
  fchown(fd: Fd, uid: number, gid: number): void;
  /** Null: now. Undefined: as it is. */
  utimens(path: string, times: { atime?: Nanoseconds | null; mtime?: Nanoseconds | null }, at?: AtOptions): void;
  getxattr(path: string, name: string, at?: AtOptions): Uint8Array;
  setxattr(path: string, name: string, value: Uint8Array, flags?: number, at?: AtOptions): void;
  removexattr(path: string, name: string, at?: AtOptions): void;
  listxattr(path: string, at?: AtOptions): string[];
  chdir(path: string): void;
  fchdir(fd: Fd): void;
  /** `(unreachable)/x` when it lies outside the root; ENOENT when it was removed. */
  getcwd(): string;
  umask(mask: number): number;
  inotifyInit(options?: { nonBlock?: boolean }): Fd;
  inotifyAddWatch(fd: Fd, path: string, mask: number): number;
  inotifyRemoveWatch(fd: Fd, watch: number): void;
}

export interface MountCalls {
  mount(source: string | null, target: string, type: string | null, flags: number, data?: string): void;
  umount(target: string, flags?: number): void;
  pivotRoot(newRoot: string, putOld: string): void;
  chroot(path: string): void;
}

export interface ProcessCalls {
  getpid(): Pid;
  getppid(): Pid;
  getpgid(pid?: Pid): Pid;
  setpgid(pid: Pid, group: Pid): void;
  getsid(pid?: Pid): Pid;
  setsid(): Pid;
  /**
   * clone(2). The child runs `child` with a `Sys` of its own: JavaScript cannot go on twice from one place. What `child`
   * returns is its exit status. Descriptors, working directory, signal actions and so on are copied; a signal handler of
   * the parent's still belongs to the parent's program, so a child installs its own first thing. Answers the child's
   * number as the caller sees it. Errors: EAGAIN (RLIMIT_NPROC, pids.max), ENOMEM (pid namespace without init), EPERM ...
   */
  clone(flags: number, child: (sys: Sys) => Blocking<number>): Pid;
  /** `clone(0, child)`. */
  fork(child: (sys: Sys) => Blocking<number>): Pid;
  /** Does not return when it works: the program in `path` takes over. Handles `#!`. Errors as execve(2). */
  execve(path: string, argv: readonly string[], env: readonly string[]): Blocking<never>;
  /** Ends the process at once. */
  exit(status: number): never;
  /** `pid`: one child; -1 any; 0 of the own group; below -1 of that group. Null with WNOHANG when there is nothing. */
  waitpid(pid: Pid, options?: number): Blocking<WaitResult | null>;
  /** pid rules of kill(2); signal 0 only checks. */
  kill(pid: Pid, signal: Signal): void;
  sigaction(signal: Signal, action: SignalAction): SignalAction;
  sigprocmask(how: 'block' | 'unblock' | 'set', mask: SignalMask): SignalMask;
  sigpending(): SignalMask;
  /** Waits for a signal that is handled; then EINTR. */
  pause(): Blocking<never>;
  /** Takes one of the blocked signals in `mask` when it is pending, waits for it until the timeout (EAGAIN). */
  sigtimedwait(mask: SignalMask, timeout: Nanoseconds | null): Blocking<Signal>;
  /** SIGALRM after so many nanoseconds; 0 cancels. Answers what was left of the last one. */
  alarm(after: Nanoseconds): Nanoseconds;
  /**
   * Lets others run when its time is used up. To be called in every loop that does not otherwise wait; `rounds` is how
   * many of a usual loop the work since the last call was worth.
   */
  checkpoint(rounds?: number): Blocking<void>;
  /** Has the part of the simulator at hand, at no cost in the lab's time; false when it cannot be had. */
  need(part: Part): Blocking<boolean>;
  /** sched_yield(2). */
  schedYield(): Blocking<void>;
  getpriority(pid?: Pid): number;
  setpriority(pid: Pid, nice: number): void;
  getrlimit(resource: ResourceName, pid?: Pid): ResourceLimit;
  setrlimit(resource: ResourceName, limit: ResourceLimit, pid?: Pid): void;
  /** Nanoseconds of processor time of itself and of its children that were waited for. */
  times(): { self: Nanoseconds; children: Nanoseconds };
  /** PR_GET_NAME. */
  getName(): string;
  /** PR_SET_NAME. */
  setName(name: string): void;
  setNoNewPrivs(): void;
  setParentDeathSignal(signal: Signal | 0): void;
  setSubreaper(on: boolean): void;
  /** Memory the program takes or gives back, in bytes (brk, mmap): ENOMEM, or the OOM killer of its cgroup. */
  allocate(bytes: number): void;
  uname(): Utsname;
  sethostname(name: string): void;
  setdomainname(name: string): void;
}

export interface CredentialCalls {
  getuid(): number;
  geteuid(): number;
  getgid(): number;
  getegid(): number;
  getresuid(): [real: number, effective: number, saved: number];
  getresgid(): [real: number, effective: number, saved: number];
  getgroups(): number[];
  setuid(uid: number): void;
  setgid(gid: number): void;
  /** -1 leaves an id as it is. */
  setresuid(real: number, effective: number, saved: number): void;
  setresgid(real: number, effective: number, saved: number): void;
  setgroups(groups: readonly number[]): void;
  capget(): { effective: CapabilityMask; permitted: CapabilityMask; inheritable: CapabilityMask };
  capset(sets: { effective: CapabilityMask; permitted: CapabilityMask; inheritable: CapabilityMask }): void;
  capbset(): CapabilityMask;
  /** PR_CAPBSET_DROP, by number. */
  capbsetDrop(capability: number): void;
  setKeepCaps(on: boolean): void;
  capAmbient(): CapabilityMask;
  /** PR_CAP_AMBIENT_RAISE, _LOWER, by number. */
  setAmbient(capability: number, on: boolean): void;
  clearAmbient(): void;
}

export interface NamespaceCalls {
  unshare(flags: number): void;
  /** `type`: a CLONE_NEW* flag, or 0 for whatever it is. */
  setns(fd: Fd, type: number): void;
  /** ioctl_ns(2). */
  nsGetUserns(fd: Fd): Fd;
  nsGetParent(fd: Fd): Fd;
  nsGetType(fd: Fd): number;
  nsGetOwnerUid(fd: Fd): number;
}

export interface TerminalCalls {
  isatty(fd: Fd): boolean;
  /** ENOTTY. */
  tcgetattr(fd: Fd): Termios;
  tcsetattr(fd: Fd, termios: Termios, when?: 'now' | 'drain' | 'flush'): void;
  tcgetpgrp(fd: Fd): Pid;
  tcsetpgrp(fd: Fd, group: Pid): void;
  getWinsize(fd: Fd): Winsize;
  setWinsize(fd: Fd, size: Winsize): void;
  /** TIOCSCTTY, TIOCNOTTY. */
  setControllingTerminal(fd: Fd): void;
  dropControllingTerminal(fd: Fd): void;
  /** `/dev/pts/0`. */
  ttyname(fd: Fd): string;
  /** TIOCGPTN of a /dev/ptmx descriptor. */
  ptsNumber(fd: Fd): number;
}

export interface ClockCalls {
  clockGettime(clock: 'realtime' | 'monotonic' | 'boottime'): Nanoseconds;
  clockSettime(clock: 'realtime', time: Nanoseconds): void;
  /** EINTR when a signal was handled. */
  nanosleep(duration: Nanoseconds): Blocking<void>;
  /** getrandom(2). */
  random(count: number): Uint8Array;
}

export interface Sys
  extends FileCalls,
    MountCalls,
    ProcessCalls,
    CredentialCalls,
    NamespaceCalls,
    TerminalCalls,
    ClockCalls,
    IpcCalls,
    NetCalls {}
