/**
 * What a container runtime needs of one running system beside plans: processes by name, their ends, small files of
 * proc, cgroupfs and state directories, descriptors to hand on. `linux/system` implements it for this very host.
 *
 * Paths are the host's. Calls that return at once are synchronous. Every failure is a `KernelError` with the errno.
 */
import type { Plan } from './plan';
import type { Disposable } from './port';

/** One process for good: a pid may be in use again, a pid with its start time is not. */
export interface ProcessName {
  pid: number;
  /** Clock ticks since boot (proc_pid_stat(5), field 22). */
  startTime: string;
}

/** How a process ended: one of the two is null. */
export interface ProcessExit {
  exitCode: number | null;
  /** Number of the signal. */
  signal: number | null;
}

/** Descriptors 0, 1 and 2 of a plan's process: a descriptor of this process, /dev/null, or (not for 0) kept for `output`. */
export type SystemStdio = readonly [number | 'ignore', number | 'ignore' | 'keep', number | 'ignore' | 'keep'];

export interface SystemRunOptions {
  /** All /dev/null when left out. */
  stdio?: SystemStdio;
  /** Descriptors of this process that the plan finds as 5, 6 ... */
  inherit?: readonly number[];
  /** What `ps` shows until the plan executes something else. */
  argv0?: string;
}

export interface PlanRun {
  /** The process the plan began in. */
  readonly pid: number;
  /** The next report of that name. Rejects when nobody is left to report, with a failed step's error if there is one. */
  report(name: string): Promise<number>;
  /** Resolves when every process that could report has ended or executed a program; rejects when a step failed. */
  readonly done: Promise<void>;
  readonly exit: Promise<ProcessExit>;
  /** What it wrote to the streams that are kept, at most 64 KiB; complete when `exit` has resolved. */
  output(): string;
}

export interface PlanOutcome {
  reports: ReadonlyArray<{ name: string; value: number }>;
  /** The first step that failed. */
  failure: Error | null;
}

export interface CgroupHierarchy {
  version: 1 | 2;
  /** Where it is mounted, `/sys/fs/cgroup/memory`. */
  mountPoint: string;
  /** Name of the directory it is usually mounted at, `memory`, `systemd`; `` for version 2 alone. */
  name: string;
  controllers: readonly string[];
  /** Mount options that name a version 1 hierarchy: `cpu,cpuacct`, `name=systemd`. */
  options: string;
}

export interface System {
  readonly files: SystemFiles;
  readonly descriptors: SystemDescriptors;
  run(plan: Plan, options?: SystemRunOptions): PlanRun;
  /** What the records mean that a plan's process wrote once it had replaced the descriptor for its reports. */
  outcome(plan: Plan, records: Uint8Array): PlanOutcome;
  /** The name of a living process; null when there is none of that pid or it has ended and waits to be reaped. */
  process(pid: number): ProcessName | null;
  /** False when the process is gone. Errors: EPERM, EINVAL. */
  signal(process: ProcessName, signal: number): boolean;
  /** Waits for a child that a plan cloned with CLONE_PARENT, and reaps it. */
  childExit(pid: number): Promise<ProcessExit>;
  /** Resolves once a process that need not be a child has ended. */
  ended(process: ProcessName): Promise<void>;
  cgroupHierarchies(): readonly CgroupHierarchy[];
  /** Lets a version 2 cgroup open only the devices that the eBPF program (its instructions) allows. */
  attachDeviceProgram(directory: string, program: Uint8Array): void;
  /** Detaches the mount at a path with all below it (MNT_DETACH); one that is not there is fine. */
  unmount(path: string): void;
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  readonly facts: SystemFacts;
}

/** What this process is and may do. */
export interface SystemFacts {
  pid: number;
  uid: number;
  gid: number;
  /** Permitted capabilities, bit by number (capabilities(7)). */
  capabilities: bigint;
  /** As `process.arch` names it. */
  architecture: string;
  /** Linux security modules, `apparmor`, `selinux`. */
  securityModules: readonly string[];
}

export interface SystemFiles {
  /** A small file's content; null when there is none. Errors: EISDIR, EACCES, EFBIG above 16 MiB. */
  read(path: string): string | null;
  /** Writes a file that is there already in one write(2), as proc and cgroupfs want it. Errors: ENOENT, EINVAL, EACCES. */
  write(path: string, content: string): void;
  /**
   * Creates or replaces a file in one step, so that nobody sees half of it; only for its owner when `mode` is left out. What is kept so is
   * not for after a reboot.
   */
  replace(path: string, content: string, mode?: number): void;
  /** To the end of a file, which is made when it is missing. */
  append(path: string, content: string): void;
  /** Errors: EEXIST, ENOENT. */
  makeDirectory(path: string, mode?: number): void;
  makeFifo(path: string): void;
  /** Removes a file or an empty directory; false when it is gone already. Errors: ENOTEMPTY, EBUSY. */
  remove(path: string): boolean;
  /** Names in a directory; none when it is not there. */
  list(path: string): string[];
  /** Follows symbolic links; null when there is nothing. */
  kind(path: string): 'file' | 'directory' | 'fifo' | 'device' | 'socket' | null;
  /** Device number of a node. Errors: ENOENT, ENODEV for what is no device. */
  device(path: string): { type: 'c' | 'b'; major: number; minor: number };
  /** Absolute, without symbolic links. Errors: ENOENT. */
  realPath(path: string): string;
  /** Waits for an exclusive lock (flock(2)) of a file, made with `mode` (0600) when it is missing. It goes with the process at the latest. */
  lock(path: string, mode?: number): Promise<Disposable>;
}

/** Descriptors of this process; none is inherited but as `inherit` or `stdio` of a plan says. */
export interface SystemDescriptors {
  pipe(): { read: number; write: number };
  /** An anonymous file with that content, at its beginning. */
  memory(name: string, content: string): number;
  /** Replaces the content of such a file. */
  rewrite(fd: number, content: string): void;
  /** A pipe in the filesystem: never blocks; writing fails with ENXIO when nobody reads. */
  open(path: string, access: 'read' | 'write'): number;
  /** A connection to a listening unix socket. Errors: ENOENT, ECONNREFUSED. */
  connect(path: string): number;
  /** Two ends of one connection (socketpair(2)). */
  connection(): [number, number];
  /** Waits for a descriptor that is sent over a connection (unix(7), SCM_RIGHTS). Errors: EPIPE when the other end is closed. */
  receive(connection: number): Promise<number>;
  write(fd: number, bytes: Uint8Array): void;
  /** Reads to the end. */
  readAll(fd: number): Promise<Uint8Array>;
  close(fd: number): void;
}
