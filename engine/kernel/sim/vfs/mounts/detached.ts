/** Mounts as objects: copies that are in no namespace until they are put somewhere (open_tree(2), move_mount(2)). */
import { SysError } from '../../abi/errno';
import { O_PATH } from '../../abi/files';
import { isNsFile } from '../../fs/nsfs';
import type { Task } from '../../task/task';
import { PathFile } from '../open-file-kinds';
import type { Path } from '../path';
import type { Vfs } from '../vfs';
import { demandMountRight, hasLockedBelow, isDetached, isOurs } from './guards';
import { cloneMount, copyTree, discardTree } from './tree';

/** What open_tree(2) opens: a place as it is, or a copy of what is mounted there. */
export function openTree(vfs: Vfs, task: Task, from: Path, how: { clone: boolean; recursive: boolean }): PathFile {
  if (!how.clone) {
    const file = new PathFile(from.dentry.inode, O_PATH);
    file.path = from;
    return file;
  }
  demandMountRight(task);
  const { mount: old, dentry } = from;
  if (old.unbindable || !mayCopy(task, from)) throw new SysError('EINVAL');
  if (!how.recursive && hasLockedBelow(from)) throw new SysError('EINVAL');
  const copy = how.recursive ? copyTree(vfs.mounts, old, dentry, {}) : cloneMount(vfs.mounts, old, dentry, {});
  copy.locked = false;
  return new DetachedTree(vfs, { mount: copy, dentry: copy.root });
}

/** In the caller's namespace, in none yet, or a namespace's own file. */
function mayCopy(task: Task, { mount, dentry }: Path): boolean {
  return isOurs(task, mount) || isDetached(mount) || isNsFile(dentry);
}

/** Whoever closes it without having put it anywhere lets it go. */
class DetachedTree extends PathFile {
  readonly #mount: Path['mount'];

  constructor(
    private readonly vfs: Vfs,
    path: Path,
  ) {
    super(path.dentry.inode, O_PATH);
    this.path = path;
    this.#mount = path.mount;
  }

  override release(): void {
    if (isDetached(this.#mount)) discardTree(this.vfs.mounts, this.#mount);
  }
}
