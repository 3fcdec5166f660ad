/** System calls on mounts and roots (mount(2), umount(2), pivot_root(2), chroot(2)). */
import { SysError } from '../abi/errno';
import { X_OK } from '../abi/files';
import { isCapable } from '../task/credentials';
import { openTree } from '../vfs/mounts/detached';
import { demandMountRight } from '../vfs/mounts/guards';
import { mountCall, moveTo } from '../vfs/mounts/mount-call';
import { type MountAttributes, mountSetattr } from '../vfs/mounts/mount-setattr';
import { pivotRoot } from '../vfs/mounts/pivot-root';
import { umountCall } from '../vfs/mounts/umount-call';
import { FileSyscalls } from './file-calls';
import type { MountCalls } from './sys';
import type { AtOptions, Fd } from './types';

export abstract class MountSyscalls extends FileSyscalls implements MountCalls {
  mount(source: string | null, target: string, type: string | null, flags: number, data = ''): void {
    this.enter();
    mountCall(this.kernel.vfs, this.task, { source, target, type, flags, data });
  }
  umount(target: string, flags = 0): void {
    this.enter();
    umountCall(this.kernel.vfs, this.task, target, flags);
  }
  pivotRoot(newRoot: string, putOld: string): void {
    this.enter();
    pivotRoot(this.kernel.vfs, this.task, newRoot, putOld);
  }
  /** With `clone` a copy of the mount, or of all the tree, that is nowhere yet. */
  openTree(path: string, from: AtOptions & { clone: boolean; recursive: boolean; closeOnExec: boolean }): Fd {
    this.enter();
    const { vfs } = this.kernel;
    const file = openTree(vfs, this.task, vfs.resolve(this.task, path, from), from);
    return vfs.install(this.task, file, from);
  }
  moveMount(from: string, fromAt: AtOptions, to: string, toAt: AtOptions): void {
    this.enter();
    const { vfs } = this.kernel;
    demandMountRight(this.task);
    const target = vfs.resolve(this.task, to, toAt);
    moveTo(vfs, this.task, vfs.resolve(this.task, from, fromAt), target);
  }
  mountSetattr(path: string, at: AtOptions, recursive: boolean, attributes: MountAttributes): void {
    this.enter();
    const { vfs } = this.kernel;
    mountSetattr(vfs, this.task, () => vfs.resolve(this.task, path, at), recursive, attributes);
  }
  chroot(path: string): void {
    this.enter();
    const { task, kernel } = this;
    const place = kernel.vfs.walkTo(task, path, { directory: true });
    kernel.vfs.checkPermission(task.cred, place.dentry.inode, X_OK);
    if (!isCapable(task.cred, 'sys_chroot', task.cred.user)) throw new SysError('EPERM');
    task.fs.root = place;
    kernel.vfs.mounts.sweep();
    kernel.touch('processes');
  }
}
