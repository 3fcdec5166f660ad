/** All mounts of a lab: their numbers, how they come to be, and how they go for good. */
import { IN_ISDIR, IN_UNMOUNT } from '../../abi/files';
import { isNsFile } from '../../fs/nsfs';
import type { SimKernel } from '../../kernel';
import type { MountNamespace } from '../../ns/namespace';
import type { Task } from '../../task/task';
import type { Dentry } from '../dentry';
import { IdAllocator } from '../ids';
import { Mount } from '../mount';
import { mountEvent, notify, notifyGone } from '../notify';
import type { SuperBlock } from '../super-block';
import { changePropagation } from './peers';

export class Mounts {
  readonly #ids = new IdAllocator(1);
  #born = 0;
  readonly #groups = new IdAllocator(1);
  readonly #groupMembers = new Map<number, number>();
  /** Unmounted, but somebody is still in them. */
  readonly #loose = new Set<Mount>();
  /** Mounts that are in some namespace. */
  #placed = 0;

  constructor(private readonly kernel: SimKernel) {}

  get placed(): number {
    return this.#placed;
  }

  create(sb: SuperBlock, root: Dentry, source: string): Mount {
    this.holdSuper(sb);
    if (isNsFile(root)) root.inode.hold();
    return new Mount(this.#ids.take(), sb, root, source, this.#born++);
  }

  /** A number that a mount nobody sees takes, as the layers of an overlay do. */
  takeId(): number {
    return this.#ids.take();
  }
  giveBackId(id: number): void {
    this.#ids.giveBack(id);
  }

  holdSuper(sb: SuperBlock): void {
    sb.users++;
  }
  dropSuper(sb: SuperBlock): void {
    sb.users--;
    if (sb.users > 0) return;
    if (sb.root.marks) notifyGone(sb.root, IN_UNMOUNT | (sb.root.isDirectory ? IN_ISDIR : 0));
    sb.kill();
    this.kernel.releaseDevice(sb.device);
  }

  newGroup(): number {
    return this.#groups.take();
  }
  /** The mount is in its group from now on, or no more. */
  join(group: number): void {
    this.#groupMembers.set(group, (this.#groupMembers.get(group) ?? 0) + 1);
  }
  leave(group: number): void {
    const left = (this.#groupMembers.get(group) ?? 1) - 1;
    if (left > 0) {
      this.#groupMembers.set(group, left);
      return;
    }
    this.#groupMembers.delete(group);
    this.#groups.giveBack(group);
  }

  /** Puts a mount on a name. */
  place(mount: Mount, parent: Mount, mountpoint: Dentry): void {
    mount.parent = parent;
    mount.mountpoint = mountpoint;
    parent.children.add(mount);
    parent.childAt.set(mountpoint, mount);
    mountpoint.mounts++;
    tellOfMount(mountpoint);
  }

  /** Takes it off again; it keeps what is on it. */
  takeOff(mount: Mount): void {
    const { parent, mountpoint } = mount;
    if (!parent || !mountpoint) return;
    parent.children.delete(mount);
    if (parent.childAt.get(mountpoint) === mount) parent.childAt.delete(mountpoint);
    mountpoint.mounts--;
    mount.parent = null;
    mount.mountpoint = null;
    tellOfMount(mountpoint);
  }

  enter(mount: Mount, ns: MountNamespace): void {
    mount.namespace = ns;
    ns.mounts.add(mount);
    this.#placed++;
    this.kernel.touch('mounts', 'overlays');
  }

  leaveNamespace(mount: Mount): void {
    if (mount.namespace?.mounts.delete(mount)) this.#placed--;
    mount.namespace = null;
    this.kernel.touch('mounts', 'overlays');
  }

  /** It is in no namespace any more: gone, unless somebody is in it. */
  abandon(mounts: Iterable<Mount>): void {
    const all = [...mounts];
    for (const mount of all) mount.isGoing = true;
    for (const mount of all) {
      changePropagation(this, mount, 'private');
      this.#loose.add(mount);
    }
    this.sweep();
  }

  /** Somebody may have left a mount. */
  looseEnd(mount: Mount): void {
    if (mount.openFiles === 0 && this.#loose.has(mount)) this.sweep();
  }
  sweep(): void {
    if (this.#loose.size === 0) return;
    const inUse = this.placesInUse();
    for (const mount of [...this.#loose]) {
      if (mount.openFiles > 0 || inUse.has(mount)) continue;
      this.#release(mount);
    }
  }

  /** Mounts that processes stand in: working directories, roots, programs they run. */
  placesInUse(): Map<Mount, number> {
    const inUse = new Map<Mount, number>();
    const count = (mount: Mount) => inUse.set(mount, (inUse.get(mount) ?? 0) + 1);
    for (const task of this.kernel.tasks.all()) {
      if (isOver(task)) continue;
      count(task.fs.root.mount);
      count(task.fs.cwd.mount);
      if (task.exe) count(task.exe.mount);
    }
    return inUse;
  }

  #release(mount: Mount): void {
    this.#loose.delete(mount);
    if (mount.isReleased) return;
    mount.isReleased = true;
    // What was on it and kept alive by it alone goes, too.
    for (const child of [...mount.children]) {
      this.takeOff(child);
      if (child.namespace === null) this.#loose.add(child);
    }
    this.takeOff(mount);
    this.#ids.giveBack(mount.id);
    if (isNsFile(mount.root)) mount.root.inode.letGo();
    this.dropSuper(mount.sb);
  }
}

function isOver({ state }: Task): boolean {
  return state === 'zombie' || state === 'dead';
}

/** No event of inotify, but whoever looks from outside sees something else there now. */
function tellOfMount(mountpoint: Dentry): void {
  notify(mountpoint.inode, mountEvent);
  if (mountpoint.parent) notify(mountpoint.parent.inode, mountEvent, mountpoint.name);
}
