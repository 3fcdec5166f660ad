/** The eight kinds of namespace, named as under `/proc/PID/ns` (namespaces(7)). */
export const namespaceKinds = ['mnt', 'uts', 'ipc', 'pid', 'net', 'user', 'cgroup', 'time'] as const;
