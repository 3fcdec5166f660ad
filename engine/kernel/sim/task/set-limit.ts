/** prlimit(2). */
import { SysError } from '../abi/errno';
import { isCapable } from './credentials';
import type { SimTask } from './sim-task';
import type { ResourceLimit, ResourceName } from './task';

/** fs.nr_open: what RLIMIT_NOFILE may be at most. */
const maxOpenFiles = 1_048_576;

/** Errors: EINVAL (soft above hard), EPERM. */
export function setLimit(caller: SimTask, target: SimTask, resource: ResourceName, limit: ResourceLimit): void {
  if (limit.soft > limit.hard) throw new SysError('EINVAL');
  const [mine, theirs] = [caller.cred, target.cred];
  const same = mine.uid === theirs.uid && mine.uid === theirs.euid && mine.gid === theirs.gid;
  if (caller !== target && !same && !isCapable(mine, 'sys_resource', theirs.user)) throw new SysError('EPERM');
  const raises = limit.hard > target.limits[resource].hard;
  if (resource === 'nofile' && limit.hard > maxOpenFiles) throw new SysError('EPERM');
  // A limit belongs to the whole machine: the right counts in the initial user namespace.
  let initial = mine.user;
  while (initial.parent !== null) initial = initial.parent;
  if (raises && !isCapable(mine, 'sys_resource', initial)) throw new SysError('EPERM');
  target.limits[resource] = { ...limit };
}
