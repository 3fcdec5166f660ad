/** The kinds of namespaces as unshare(1), nsenter(1) and lsns(8) name them. */
import * as kernel from '../../../kernel/sim';

export interface NamespaceOption {
  /** Long option, and lsns's word for the type is `file`. */
  long: string;
  short: string;
  flag: number;
  /** Below /proc/PID/ns. */
  file: string;
}

/** In the order in which nsenter(1) enters them: the user namespace first. */
export const namespaceOptions: readonly NamespaceOption[] = [
  { long: 'user', short: 'U', flag: kernel.CLONE_NEWUSER, file: 'user' },
  { long: 'cgroup', short: 'C', flag: kernel.CLONE_NEWCGROUP, file: 'cgroup' },
  { long: 'ipc', short: 'i', flag: kernel.CLONE_NEWIPC, file: 'ipc' },
  { long: 'uts', short: 'u', flag: kernel.CLONE_NEWUTS, file: 'uts' },
  { long: 'net', short: 'n', flag: kernel.CLONE_NEWNET, file: 'net' },
  { long: 'pid', short: 'p', flag: kernel.CLONE_NEWPID, file: 'pid' },
  { long: 'mount', short: 'm', flag: kernel.CLONE_NEWNS, file: 'mnt' },
  { long: 'time', short: 'T', flag: kernel.CLONE_NEWTIME, file: 'time' },
];
