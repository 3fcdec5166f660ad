/** System calls on mounts and roots (mount(2), umount(2), pivot_root(2), chroot(2)). */
import { SysError } from '../abi/errno';
import { X_OK } from '../abi/files';
import { isCapable } from '../task/credentials';
import { mountCall } from '../vfs/mounts/mount-call';
import { pivotRoot } from '../vfs/mounts/pivot-root';
import { umountCall } from '../vfs/mounts/umount-call';
import { FileSyscalls } from './file-calls';
import type { MountCalls } from './sys';

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
