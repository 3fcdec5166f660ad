/** One mounted filesystem, however many mounts show it. */
import type { Device } from '../abi/files';
import type { Task } from '../task/task';
import type { UserNamespace } from '../ns/namespace';
import type { Inode } from './inode';

export interface FsUsage {
  /** Bytes. */
  blockSize: number;
  /** In blocks. */
  blocks: number;
  free: number;
  files: number;
  filesFree: number;
  /** statfs(2) `f_type`, for example 0x01021994 for tmpfs. */
  magic: number;
}

export abstract class SuperBlock {
  abstract readonly root: Inode;
  /** `tmpfs`, `overlay`, `proc`; as `/proc/filesystems` names it. */
  abstract readonly type: string;
  /** SB_RDONLY: the filesystem itself, beside each mount's own flag. */
  readOnly = false;
  /** Its own options as the last field of mountinfo has them, without `rw` or `ro`: `size=65536k`, `mode=755`. */
  options(): string[] {
    return [];
  }
  /** Options of `mount -o remount`. */
  remount(_data: string): void {}
  abstract usage(): FsUsage;
  /** The last mount of it is gone. */
  kill(): void {}

  constructor(
    /** `0:42` for a filesystem without a device. */
    readonly device: Device,
    /** The user namespace it was mounted in: decides on SB_I_NODEV and on who may use `trusted.*`. */
    readonly userns: UserNamespace,
  ) {}
}

/** What mount(2) makes a filesystem with. */
export interface MountRequest {
  /** First argument of mount(2), as it was written: `none`, `overlay`, `/dev/loop0`. */
  source: string;
  flags: number;
  /** The comma-separated options that are the filesystem's own. */
  data: string;
  task: Task;
  /** A free anonymous device number. */
  device: Device;
}

/** A line of `/proc/filesystems`. */
export interface FilesystemType {
  readonly name: string;
  /** FS_USERNS_MOUNT: may be mounted by root of a user namespace. */
  readonly userns: boolean;
  /** A new superblock, or the one that is there already (proc: one a pid namespace; mqueue: one an ipc namespace). */
  mount(request: MountRequest): SuperBlock;
}
