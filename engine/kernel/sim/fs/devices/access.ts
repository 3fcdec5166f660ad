/** The device cgroup's word on device nodes (cgroups(7)): asked after the permissions. */
import { SysError } from '../../abi/errno';
import { R_OK, S_IFBLK, S_IFMT, W_OK } from '../../abi/files';
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
  if (inode.rdev === null || (mask & (R_OK | W_OK)) === 0 || isAllowed(kernel, inode, mask)) return undefined;
  if (!permits(cred, inode, mask)) return false;
  throw new SysError('EPERM');
}

/** For the process that asks: what the lab has, and what the programs of its cgroups let it use. */
function isAllowed(kernel: SimKernel, inode: Inode, mask: number): boolean {
  const { rdev } = inode;
  if (!kernel.vfs.isDeviceAllowed(inode) || rdev === null) return rdev === null;
  const access = ((mask & R_OK) !== 0 ? 2 : 0) | ((mask & W_OK) !== 0 ? 4 : 0);
  const type = (inode.mode & S_IFMT) === S_IFBLK ? 1 : 2;
  return kernel.cgroups.allowsDevice({ access, type, ...rdev });
}
