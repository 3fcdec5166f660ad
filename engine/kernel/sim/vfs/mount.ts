/** One mount: a filesystem, or a part of it, at a place in one mount namespace (mount_namespaces(7)). */
import type { MountNamespace } from '../ns/namespace';
import type { Dentry } from './dentry';
import type { SuperBlock } from './super-block';

export class Mount {
  /** Null for the root of a namespace and for what is no longer attached. */
  parent: Mount | null = null;
  /** Where it sits in the parent. */
  mountpoint: Dentry | null = null;
  namespace: MountNamespace | null = null;
  readonly children = new Set<Mount>();
  /** MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | MS_RELATIME. */
  flags = 0;
  /** Flags a less privileged namespace may not clear (they came from a more privileged one). */
  lockedFlags = 0;
  /** MNT_LOCKED: may not be unmounted alone in a less privileged namespace. */
  locked = false;
  /** Peer group (`shared:N`); null when it is not shared. */
  peerGroup: number | null = null;
  /** The mount it receives from (`master:N`). */
  master: Mount | null = null;
  readonly slaves = new Set<Mount>();
  unbindable = false;

  constructor(
    /** As mountinfo's first field has it; unique in the lab. */
    readonly id: number,
    readonly sb: SuperBlock,
    /** The part of the filesystem it shows. */
    readonly root: Dentry,
    /** mountinfo's "mount source". */
    readonly source: string,
  ) {}
}
