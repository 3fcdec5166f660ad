/** The device cgroup's word on device nodes (cgroups(7)): asked after the permissions. */
import { SysError } from '../../abi/errno';
import { R_OK, W_OK } from '../../abi/files';
import type { SimKernel } from '../../kernel';
import type { Credentials } from '../../task/credentials';
import type { Inode } from '../../vfs/inode';
import { permits } from '../../vfs/permissions';

/** `undefined` where there is nothing to say beside the usual rules. EPERM. */
export function devicePermission(
  kernel: SimKernel,
  inode: Inode,
  mask: number,
  cred: Credentials,
): boolean | undefined {
  if (inode.rdev === null || (mask & (R_OK | W_OK)) === 0 || kernel.vfs.isDeviceAllowed(inode)) return undefined;
  if (!permits(cred, inode, mask)) return false;
  throw new SysError('EPERM');
}
