/** Values that system calls take and give. */
import type { Device } from '../abi/files';
import type { Nanoseconds } from '../sched/blocking';

export type Fd = number;
/** As the caller's pid namespace numbers it. */
export type Pid = number;

export interface Stat {
  dev: Device;
  ino: number;
  /** Type and permissions. */
  mode: number;
  nlink: number;
  /** As the caller's user namespace numbers it; 65534 where it has no number. */
  uid: number;
  gid: number;
  rdev: Device;
  size: number;
  blocks: number;
  blksize: number;
  /** Of the realtime clock. */
  atime: Nanoseconds;
  mtime: Nanoseconds;
  ctime: Nanoseconds;
  /** When it was made; undefined where the filesystem does not keep it. */
  btime?: Nanoseconds;
}

export interface AtOptions {
  /** A relative path begins there instead of at the working directory. */
  dirfd?: Fd;
  /** AT_SYMLINK_NOFOLLOW. */
  noFollow?: boolean;
  /** AT_EMPTY_PATH: with an empty path, `dirfd` itself. */
  emptyPath?: boolean;
  /** How far the way may lead: RESOLVE_* of openat2(2). */
  resolve?: number;
}

export interface WaitResult {
  pid: Pid;
  event:
    | { kind: 'exited'; code: number }
    | { kind: 'killed'; signal: number; core: boolean }
    | { kind: 'stopped'; signal: number }
    | { kind: 'continued' };
}

export interface PollRequest {
  fd: Fd;
  events: number;
}

export interface Utsname {
  sysname: string;
  nodename: string;
  release: string;
  version: string;
  machine: string;
  domainname: string;
}

export interface FsStat {
  magic: number;
  blockSize: number;
  blocks: number;
  free: number;
  files: number;
  filesFree: number;
  readOnly: boolean;
}
