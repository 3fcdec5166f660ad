/** setns(2): who may enter what, and what that changes. */
import { SysError } from '../abi/errno';
import { CgroupNamespace } from '../cgroup/types';
import { IpcNamespace } from '../ipc/types';
import type { SimKernel } from '../kernel';
import { NetNamespace } from '../net/types';
import { type Credentials, isCapable } from '../task/credentials';
import type { SimTask } from '../task/sim-task';
import type { NamespaceSet } from '../task/task';
import { inUserNamespace } from './create';
import { MountNamespace, type Namespace, PidNamespace, TimeNamespace, UserNamespace, UtsNamespace } from './namespace';

/** What becomes of the caller; root and working directory are moved here. Errors: EINVAL, EPERM. */
export function enter(
  kernel: SimKernel,
  task: SimTask,
  target: Namespace,
): { cred: Credentials; ns: Partial<NamespaceSet> } {
  const { cred } = task;
  if (target instanceof UserNamespace) return { cred: enterUser(cred, target), ns: {} };
  const owner = target.owner ?? kernel.namespaces.initial.user;
  if (!isCapable(cred, 'sys_admin', owner) || !isCapable(cred, 'sys_admin', cred.user)) throw new SysError('EPERM');
  if (target instanceof MountNamespace) {
    if (!isCapable(cred, 'sys_chroot', cred.user)) throw new SysError('EPERM');
    const root = kernel.vfs.rootOf(target);
    task.fs.root = root;
    task.fs.cwd = root;
  }
  return { cred, ns: changed(task, target) };
}

function changed(task: SimTask, target: Namespace): Partial<NamespaceSet> {
  if (target instanceof MountNamespace) return { mnt: target };
  if (target instanceof UtsNamespace) return { uts: target };
  if (target instanceof IpcNamespace) return { ipc: target };
  if (target instanceof NetNamespace) return { net: target };
  if (target instanceof CgroupNamespace) return { cgroup: target };
  if (target instanceof TimeNamespace) return { time: target, timeForChildren: target };
  if (target instanceof PidNamespace) return { pidForChildren: below(task.ns.pid, target) };
  throw new SysError('EINVAL');
}

/** One's own cannot be entered: that would give back every capability. */
function enterUser(cred: Credentials, target: UserNamespace): Credentials {
  if (target === cred.user) throw new SysError('EINVAL');
  if (!isCapable(cred, 'sys_admin', target)) throw new SysError('EPERM');
  return inUserNamespace(cred, target);
}

/** Only the caller's own, or one below it. */
function below(own: PidNamespace, target: PidNamespace): PidNamespace {
  let at: PidNamespace | null = target;
  while (at !== null && at.level > own.level) at = at.parent;
  if (at !== own) throw new SysError('EINVAL');
  return target;
}
