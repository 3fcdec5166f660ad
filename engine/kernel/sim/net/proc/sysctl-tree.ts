/** `/proc/sys/net` of whoever looks: the settings of the network namespace it lives in. */
import type { UserNamespace } from '../../ns/namespace';
import type { Task } from '../../task/task';

export const netSysctls = {
  list: (task: Task, directory: string) => task.ns.net.sysctl.list(directory),
  read: (task: Task, path: string): string => {
    if (path === 'netfilter/nf_conntrack_count') return String(task.ns.net.conntrack.count);
    return task.ns.net.sysctl.read(path);
  },
  write: (task: Task, path: string, text: string): void => task.ns.net.sysctl.write(path, text),
  /** The directories of devices. */
  isChanging: (directory: string): boolean => /^ipv[46]\/(conf|neigh)\/./.test(directory),
  owner: (task: Task): UserNamespace | null => task.ns.net.ownerOrInitial,
};
