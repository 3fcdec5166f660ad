/** One mount: a filesystem, or a part of it, at a place in one mount namespace (mount_namespaces(7)). */
import { MS_RDONLY } from '../abi/mounts';
import type { MountNamespace } from '../ns/namespace';
import type { Dentry } from './dentry';
import type { SuperBlock } from './super-block';

export class Mount {
  /** Null for the root of a namespace and for what is no longer attached. */
  parent: Mount | null = null;
  /** Where it sits in the parent. */
  mountpoint: Dentry | null = null;
  namespace: MountNamespace | null = null;
  /** In the order they were put there. */
  readonly children = new Set<Mount>();
  /** The same by where they sit. */
  readonly childAt = new Map<Dentry, Mount>();
  /** MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | MS_RELATIME. */
  flags = 0;
  /** Flags a less privileged namespace may not clear (they came from a more privileged one). */
  lockedFlags = 0;
  /** MNT_LOCKED: may not be unmounted alone in a less privileged namespace. */
  locked = false;
  /** Peer group (`shared:N`); null when it is not shared. */
  peerGroup: number | null = null;
  /** The ring of its peers; itself when it is alone. */
  nextPeer: Mount = this;
  previousPeer: Mount = this;
  /** The mount it receives from (`master:N`). */
  master: Mount | null = null;
  slaves: Mount[] = [];
  unbindable = false;
  /** Open files in it, and those of them that may write. */
  openFiles = 0;
  writers = 0;
  /** On its way out: nobody's slaves are given to it. */
  isGoing = false;
  /** Gone for good: its number may be another's. */
  isReleased = false;

  constructor(
    /** As mountinfo's first field has it; unique in the lab. */
    readonly id: number,
    readonly sb: SuperBlock,
    /** The part of the filesystem it shows. */
    readonly root: Dentry,
    /** mountinfo's "mount source". */
    readonly source: string,
    /** The how manieth of the lab: unlike `id` no other ever has it (mnt_id_unique). */
    readonly born = 0,
  ) {}

  get isReadOnly(): boolean {
    return (this.flags & MS_RDONLY) !== 0 || this.sb.readOnly;
  }
  get isShared(): boolean {
    return this.peerGroup !== null;
  }
  /** What was mounted on the root of this one. */
  get topper(): Mount | undefined {
    return this.childAt.get(this.root);
  }
}

/** What is mounted on a place. */
export function mountAt(mount: Mount, dentry: Dentry): Mount | undefined {
  return dentry.mounts === 0 ? undefined : mount.childAt.get(dentry);
}

/** It and all below it, each before what is on it (next_mnt). */
export function* mountTree(root: Mount): Generator<Mount, void, void> {
  yield root;
  for (const child of root.children) yield* mountTree(child);
}
