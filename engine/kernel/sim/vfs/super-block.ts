/** One mounted filesystem, however many mounts show it. */
import type { Device } from '../abi/files';
import type { UserNamespace } from '../ns/namespace';
import type { Task } from '../task/task';
import { Dentry } from './dentry';
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
  /** Mounts, and overlays that it is a layer of; at 0 it is killed. */
  users = 0;
  /** How many layers of overlays lie on it. */
  layerUses = 0;
  /** Renames that were told of, for inotify's cookies. */
  moves = 0;
  #rootDentry: Dentry | null = null;

  /** The name everything in it hangs on. */
  get rootDentry(): Dentry {
    this.#rootDentry ??= new Dentry('', null, this.root);
    return this.#rootDentry;
  }
  /** mountinfo's fourth field where it is not the path (cgroup2, nsfs); null for the path. */
  showRoot(_root: Dentry, _reader: Task | null): string | null {
    return null;
  }
  /** A name with mounts on it has gone: they go, too. Set by the VFS. */
  mountsGo: (dentry: Dentry) => void = () => undefined;
  /** Checks a new name's length; the usual limit is 255 bytes. */
  readonly nameMax: number = 255;
  /** Its own options as the last field of mountinfo has them, without `rw` or `ro`: `size=65536k`, `mode=755`. */
  options(): string[] {
    return [];
  }
  /** EINVAL for options it does not know; asked before who may change them. */
  checkOptions(_data: string): void {}
  /** Options of `mount -o remount`. */
  remount(_data: string, _context?: RemountContext): void {}
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

export interface RemountContext {
  /** It is to be read-only afterwards. */
  readOnly: boolean;
  task: Task;
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
