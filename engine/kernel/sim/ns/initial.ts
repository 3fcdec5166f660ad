/** The namespaces a lab begins with, numbered as Linux numbers its own (include/linux/proc_ns.h). */
import { CgroupNamespace } from '../cgroup/types';
import type { IpcNamespace } from '../ipc/types';
import type { SimKernel } from '../kernel';
import type { NetNamespace } from '../net/types';
import { type MountNamespace, PidNamespace, TimeNamespace, UserNamespace, UtsNamespace } from './namespace';

export interface InitialNamespaces {
  user: UserNamespace;
  mnt: MountNamespace;
  uts: UtsNamespace;
  ipc: IpcNamespace;
  pid: PidNamespace;
  net: NetNamespace;
  cgroup: CgroupNamespace;
  time: TimeNamespace;
}

/** Those of the other kinds are numbered where they are made. */
const inums = { time: 4026531834, cgroup: 4026531835, pid: 4026531836, user: 4026531837, uts: 4026531838 };

export function makeInitial(kernel: SimKernel): InitialNamespaces {
  const user = new UserNamespace(inums.user, null, 0, 0);
  const uts = new UtsNamespace(inums.uts, user);
  uts.hostname = 'host';
  return {
    user,
    uts,
    mnt: kernel.vfs.initialNamespace(user),
    ipc: kernel.ipc.createNamespace(user),
    pid: new PidNamespace(inums.pid, user, null),
    net: kernel.network.createNamespace(user),
    cgroup: new CgroupNamespace(inums.cgroup, user, kernel.cgroups.root),
    time: new TimeNamespace(inums.time, user),
  };
}
