/** The limits of IPC namespaces in /proc/sys (proc_sys_kernel(5), mq_overview(7)). */
import { SysError } from '../abi/errno';
import { type Sysctl, type SysctlEntry, wholeNumber } from '../fs/proc/sysctl/registry';
import type { Task } from '../task/task';
import type { IpcLimits } from './types';

type NumberLimit = { [K in keyof IpcLimits]: IpcLimits[K] extends number ? K : never }[keyof IpcLimits];

const numbers: ReadonlyArray<[path: string, limit: NumberLimit, least: number, most: number]> = [
  ['kernel/shmmni', 'shmmni', 0, 32768],
  ['kernel/msgmax', 'msgmax', 0, 2147483647],
  ['kernel/msgmnb', 'msgmnb', 0, 2147483647],
  ['kernel/msgmni', 'msgmni', 0, 32768],
  ['fs/mqueue/queues_max', 'queuesMax', 0, 2147483647],
  ['fs/mqueue/msg_max', 'msgMax', 1, 65536],
  ['fs/mqueue/msgsize_max', 'msgsizeMax', 128, 16777216],
  ['fs/mqueue/msg_default', 'msgDefault', 1, 65536],
  ['fs/mqueue/msgsize_default', 'msgsizeDefault', 128, 16777216],
];

const owner = (task: Task) => task.ns.ipc.owner;

export function registerIpcSettings(sysctl: Sysctl): void {
  for (const [path, limit, least, most] of numbers) {
    sysctl.register(path, {
      mode: 0o644,
      read: (task) => String(task.ns.ipc.limits[limit]),
      write: (task, text) => {
        task.ns.ipc.limits[limit] = wholeNumber(text, least, most);
      },
      owner,
    });
  }
  sysctl.register('kernel/shmmax', large('shmmax'));
  sysctl.register('kernel/shmall', large('shmall'));
  sysctl.register('kernel/sem', semaphores);
  sysctl.register('kernel/auto_msgmni', {
    mode: 0o644,
    read: () => '0',
    write: (_task, text) => void wholeNumber(text, 0, 1),
    owner,
  });
  sysctl.register('kernel/shm_rmid_forced', {
    mode: 0o644,
    read: () => '0',
    write: (_task, text) => void wholeNumber(text, 0, 0),
    owner,
  });
  for (const kind of ['shm', 'sem', 'msg'])
    sysctl.register(`kernel/${kind}_next_id`, { mode: 0o444, read: () => '-1', owner });
}

function large(limit: 'shmmax' | 'shmall'): SysctlEntry {
  return {
    mode: 0o644,
    read: (task) => String(task.ns.ipc.limits[limit]),
    write: (task, text) => {
      if (!/^\s*\d+\s*$/.test(text)) throw new SysError('EINVAL');
      task.ns.ipc.limits[limit] = BigInt(text.trim());
    },
    owner,
  };
}

/** Four numbers; fewer leave the rest as they are. */
const semaphores: SysctlEntry = {
  mode: 0o644,
  read: (task) => task.ns.ipc.limits.sem.join('\t'),
  write: (task, text) => {
    const { limits } = task.ns.ipc;
    const given = text
      .trim()
      .split(/\s+/)
      .map((word) => wholeNumber(word));
    if ((given[3] ?? 0) > 32768) throw new SysError('ERANGE');
    const [a, b, c, d] = limits.sem;
    limits.sem = [given[0] ?? a, given[1] ?? b, given[2] ?? c, given[3] ?? d];
  },
  owner,
};
