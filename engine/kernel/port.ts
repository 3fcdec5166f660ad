/**
 * The `Kernel` port: what the engine needs of an operating system, and nothing more.
 *
 * One `Kernel` stands for one Machine. `linux/` implements it with system calls, `sim/` (to come) in memory.
 * Paths are absolute paths inside the Machine, resolved as the Machine's init would resolve them; they never reach
 * outside it. Every failure is a `KernelError` that keeps the errno.
 */
import type { FileKind, LabState, MachineId } from '../state';
import type { Simulation } from './simulation';

export interface Disposable {
  /** Releases what was acquired; calling it twice is harmless. */
  dispose(): void;
}

/** A failed operation: `code` is the errno's name (errno(3)), `path` the object it was about. */
export class KernelError extends Error {
  constructor(
    readonly code: string,
    readonly operation: string,
    readonly path: string,
    detail?: string,
  ) {
    super(`${operation} ${path}: ${code}${detail ? ` (${detail})` : ''}`);
    this.name = 'KernelError';
  }
}

/** Upper bounds for one lab (all its Machines together). */
export interface LabLimits {
  /** Processes and threads. */
  pids: number;
  memoryBytes: number;
  /** CPU bandwidth in cores; 0.5 is half of one core. */
  cpus: number;
  /** Bytes that can be written to the Machines' disks. */
  diskBytes: number;
}

export interface MachineSpec {
  id: MachineId;
  hostname: string;
  /** Files written before the Machine starts: absolute path to content. */
  files?: Record<string, { content: string | Uint8Array; mode?: number; owner?: 'root' | 'learner' }>;
  /** Commands its init runs as root before the learner gets a prompt (bash, `set -e`); a failure fails the boot. */
  setup?: string;
}

/** A cable between two Machines: a veth pair with an address on either end (`10.0.0.1/24`), where one is given. */
export interface LinkSpec {
  ends: [LinkEnd, LinkEnd];
}
export interface LinkEnd {
  machine: MachineId;
  device: string;
  addresses?: string[];
  /** Default gateway reached through this end. */
  gateway?: string;
}

export interface LabSpec {
  /** Unique among running labs; letters, digits and dashes. */
  id: string;
  machines: MachineSpec[];
  links: LinkSpec[];
  limits: LabLimits;
}

/** Where labs are booted: this Linux, or the simulator. */
export interface KernelHost {
  readonly name: 'linux' | 'sim';
  /** Whether labs can be booted here; `reason` tells a person what is missing and how to get it. */
  availability(): { available: true } | { available: false; reason: string };
  boot(spec: LabSpec): Promise<LabKernel>;
  /** Removes what a crashed predecessor left behind: processes, cgroups, mounts, devices. Returns what it removed. */
  sweep(): Promise<string[]>;
}

/** The Machines of one lab, and the one observer that reads them all. */
export interface LabKernel {
  readonly machines: ReadonlyMap<MachineId, Kernel>;
  /** The state as the kernel tells it now (waits for a scan that starts after the call). */
  inspect(): Promise<LabState>;
  /** The newest state already known. */
  readonly state: LabState;
  /**
   * Calls `listener` with each new state: as soon as the kernel reports a change, and never more often than the
   * observer's rate limit. However many listeners, there is one observer.
   */
  onState(listener: (state: LabState) => void): Disposable;
  /** Calls `listener` when a Machine's init ends by itself. */
  onExit(listener: (machine: MachineId) => void): Disposable;
  /** What only a simulated lab can do; undefined on a real kernel. */
  readonly simulation?: Simulation;
  /** Ends every process and removes every trace of the lab. Resolves when nothing is left. */
  dispose(): Promise<void>;
}

export interface Kernel {
  readonly machine: MachineId;
  readonly files: KernelFiles;
  spawn(spec: SpawnSpec): Promise<KernelProcess>;
  /** Like `spawn` on a new pseudo-terminal of the Machine (pty(7)), as session leader with it as controlling terminal. */
  openTerminal(spec: TerminalSpec): Promise<KernelTerminal>;
}

export interface FileStat {
  kind: FileKind;
  size: number;
  /** Permission bits and set-id bits, 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  inode: number;
  /** Device number `major:minor` of a device node, null otherwise. */
  rdev: string | null;
}

/** What of a Machine's files can be seen without waiting: nothing else happens meanwhile. Errors: as of `KernelFiles`. */
export interface FilesNow {
  read(path: string, maxBytes?: number): Uint8Array;
  stat(path: string): FileStat;
  list(path: string): Array<{ name: string } & FileStat>;
}

/** Files of a Machine, bounded in size, never following a symbolic link out of it. */
export interface KernelFiles {
  readonly now: FilesNow;
  /** Errors: ENOENT, EISDIR, EACCES, EFBIG when larger than `maxBytes` (default 1 MiB). */
  read(path: string, maxBytes?: number): Promise<Uint8Array>;
  /** Creates or replaces a file; parent directories must exist. Errors: ENOENT, EISDIR, EROFS, ENOSPC. */
  write(path: string, content: Uint8Array, mode?: number): Promise<void>;
  /** Does not follow a final symbolic link. Errors: ENOENT, ENOTDIR. */
  stat(path: string): Promise<FileStat>;
  /** Names in byte order, without `.` and `..`. Errors: ENOENT, ENOTDIR. */
  list(path: string): Promise<Array<{ name: string } & FileStat>>;
  readlink(path: string): Promise<string>;
  makeDirectory(path: string): Promise<void>;
  /** Removes a file or an empty directory. */
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /**
   * Calls `listener` when something may have changed at `path` or, for a directory, directly in it. A path that does
   * not exist yet is watched through its nearest existing parent.
   */
  watch(path: string, listener: () => void): Disposable;
}

export interface SpawnSpec {
  /** Program and arguments; the program is looked up in PATH when it has no slash. */
  argv: string[];
  env?: Record<string, string>;
  cwd?: string;
  /** A user of the Machine; root by default. */
  user?: 'root' | 'learner';
  /** Bytes given on standard input. */
  stdin?: Uint8Array;
  /** Ends the process with SIGKILL after this many milliseconds. */
  timeoutMs?: number;
}

export interface KernelProcess {
  /** Process id as the observer sees it. */
  readonly pid: number;
  /** Resolves when it ended; output beyond 1 MiB a stream is dropped and `truncated` says so. */
  readonly result: Promise<{
    exitCode: number | null;
    signal: string | null;
    stdout: Uint8Array;
    stderr: Uint8Array;
    truncated: boolean;
  }>;
  kill(signal: string): void;
}

export interface TerminalSpec {
  cols: number;
  rows: number;
  /** A user of the Machine; root by default. */
  user?: 'root' | 'learner';
  /** A login shell by default. */
  argv?: string[];
  cwd?: string;
  env?: Record<string, string>;
}

/** The master side of a pseudo-terminal. Reading stops while paused, so a writer in the Machine blocks: back-pressure. */
export interface KernelTerminal {
  readonly pid: number;
  /** Name in the Machine, `pts/0`. */
  readonly name: string;
  onData(listener: (data: Uint8Array) => void): Disposable;
  onExit(listener: (exit: { exitCode: number | null; signal: string | null }) => void): Disposable;
  /** Resolves when the terminal took the bytes (a program that does not read makes it wait). */
  write(data: Uint8Array): Promise<void>;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  /** Hangs up: the session gets SIGHUP, then SIGKILL. */
  close(): void;
}
