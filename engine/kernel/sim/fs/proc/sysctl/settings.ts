/** The settings of the kernel itself (kernel: Documentation/admin-guide/sysctl). Values as a Debian on Linux 6.x has them. */
import { SysError } from '../../../abi/errno';
import { kernelRelease, kernelVersion } from '../../../abi/uname';
import type { SimKernel } from '../../../kernel';
import { isCapable } from '../../../task/credentials';
import type { Task } from '../../../task/task';
import { fixedSetting, numberSetting, type Sysctl, type SysctlEntry, wholeNumber } from './registry';

/** Numbers that can be set and mean nothing here, or are asked for by their path (`kernel.sysctl.number`). */
const numbers: ReadonlyArray<[path: string, value: number, least?: number, most?: number]> = [
  ['fs/file-max', 2466183],
  ['fs/nr_open', 1048576, 64, 2147483584],
  ['fs/inotify/max_queued_events', 16384, 0],
  ['fs/inotify/max_user_instances', 128, 0],
  ['fs/inotify/max_user_watches', 192536, 0],
  ['fs/pipe-max-size', 1048576, 4096],
  // A tenth of what it is elsewhere: a page has less room, and shows them all.
  ['fs/mount-max', 10000, 1],
  ['fs/overflowuid', 65534, 0, 65535],
  ['fs/overflowgid', 65534, 0, 65535],
  ['fs/protected_fifos', 0, 0, 2],
  ['fs/protected_hardlinks', 1, 0, 1],
  ['fs/protected_regular', 0, 0, 2],
  ['fs/protected_symlinks', 0, 0, 1],
  ['fs/suid_dumpable', 0, 0, 2],
  ['kernel/core_uses_pid', 0],
  ['kernel/dmesg_restrict', 1, 0, 1],
  ['kernel/kptr_restrict', 0, 0, 2],
  ['kernel/overflowuid', 65534, 0, 65535],
  ['kernel/overflowgid', 65534, 0, 65535],
  ['kernel/panic', 1],
  ['kernel/pid_max', 4194304, 301, 4194304],
  ['kernel/print-fatal-signals', 0],
  ['kernel/randomize_va_space', 2],
  ['kernel/sched_autogroup_enabled', 1, 0, 1],
  ['kernel/sched_cfs_bandwidth_slice_us', 5000, 1],
  ['kernel/sched_rr_timeslice_ms', 100],
  ['kernel/sched_rt_period_us', 1000000, 1],
  ['kernel/sched_rt_runtime_us', 950000, -1],
  ['kernel/pty/max', 4096, 0],
  ['kernel/pty/reserve', 1024, 0],
  ['kernel/tainted', 0],
  ['kernel/threads-max', 192731, 1],
  ['kernel/unprivileged_bpf_disabled', 2, 0, 2],
  ['vm/admin_reserve_kbytes', 8192],
  ['vm/dirty_background_ratio', 10, 0, 100],
  ['vm/dirty_ratio', 20, 0, 100],
  ['vm/dirty_expire_centisecs', 3000, 0],
  ['vm/dirty_writeback_centisecs', 500, 0],
  ['vm/max_map_count', 65530, 0],
  ['vm/min_free_kbytes', 67584, 0],
  ['vm/mmap_min_addr', 4096, 0],
  ['vm/nr_hugepages', 0, 0],
  ['vm/oom_dump_tasks', 1],
  ['vm/oom_kill_allocating_task', 0],
  ['vm/overcommit_memory', 0, 0, 2],
  ['vm/overcommit_ratio', 50, 0],
  ['vm/overcommit_kbytes', 0, 0],
  ['vm/page-cluster', 3, 0, 31],
  ['vm/panic_on_oom', 0, 0, 2],
  ['vm/swappiness', 60, 0, 200],
  ['vm/user_reserve_kbytes', 100407],
  ['vm/vfs_cache_pressure', 100, 0],
  ['vm/zone_reclaim_mode', 0, 0],
];

const texts: ReadonlyArray<[path: string, text: string]> = [
  ['kernel/arch', 'x86_64'],
  ['kernel/cap_last_cap', '40'],
  ['kernel/ngroups_max', '65536'],
  ['kernel/osrelease', kernelRelease],
  ['kernel/ostype', 'Linux'],
  ['kernel/version', kernelVersion],
  ['kernel/seccomp/actions_avail', 'kill_process kill_thread trap errno user_notif trace log allow'],
  ['kernel/random/poolsize', '256'],
  ['kernel/random/entropy_avail', '256'],
  ['fs/dentry-state', '0\t0\t45\t0\t0\t0'],
  ['fs/inode-state', '0\t0\t0\t0\t0\t0\t0'],
  ['fs/inode-nr', '0\t0'],
];

export function registerSettings(kernel: SimKernel): void {
  const { sysctl } = kernel;
  for (const [path, value, least, most] of numbers) sysctl.register(path, numberSetting(value, least, most));
  for (const [path, text] of texts) sysctl.register(path, fixedSetting(text));
  registerNames(sysctl);
  registerPids(sysctl);
  registerRandom(kernel);
  registerUserLimits(sysctl);
  sysctl.register(
    'kernel/pty/nr',
    fixedSetting(() => String(kernel.terminals.count)),
  );
  sysctl.register('kernel/core_pattern', textSetting('core'));
  sysctl.register('kernel/printk', textSetting('4\t4\t1\t7'));
  sysctl.register(
    'fs/file-nr',
    fixedSetting((task) => `${openFiles(task)}\t0\t2466183`),
  );
  sysctl.register('vm/drop_caches', { mode: 0o200, write: (_task, text) => void wholeNumber(text, 1, 7) });
}

function openFiles(task: Task): number {
  let count = 0;
  for (const { files } of task.kernel.tasks.all()) count += files.entries.size;
  return count;
}

function textSetting(initial: string): SysctlEntry {
  let value = initial;
  return {
    mode: 0o644,
    read: () => value,
    write: (_task, text) => {
      value = text.replace(/\n$/, '');
    },
  };
}

/** Of the UTS namespace: at most 64 characters, up to the first newline. */
function registerNames(sysctl: Sysctl): void {
  const name = (which: 'hostname' | 'domainname'): SysctlEntry => ({
    mode: 0o644,
    read: (task) => task.ns.uts[which],
    write: (task, text) => {
      task.ns.uts[which] = (text.split('\n')[0] ?? '').slice(0, 64);
      task.kernel.touch('namespaces');
    },
  });
  sysctl.register('kernel/hostname', name('hostname'));
  sysctl.register('kernel/domainname', name('domainname'));
}

function registerPids(sysctl: Sysctl): void {
  sysctl.register('kernel/ns_last_pid', {
    mode: 0o666,
    read: (task) => String(task.ns.pid.lastPid),
    write: (task, text) => {
      const owner = task.ns.pid.owner ?? task.cred.user;
      if (!isCapable(task.cred, 'sys_admin', owner) && !isCapable(task.cred, 'checkpoint_restore', owner)) {
        throw new SysError('EPERM');
      }
      task.ns.pid.lastPid = wholeNumber(text, 0, 4194303);
    },
  });
  sysctl.register('kernel/cad_pid', { mode: 0o600, read: () => '1' });
}

function registerRandom(kernel: SimKernel): void {
  const bootId = uuid(kernel);
  kernel.sysctl.register('kernel/random/boot_id', fixedSetting(bootId));
  kernel.sysctl.register(
    'kernel/random/uuid',
    fixedSetting(() => uuid(kernel)),
  );
}

/** A random UUID, version 4 (RFC 9562). */
function uuid(kernel: SimKernel): string {
  const bytes = kernel.random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** How many namespaces each user may have: settings of the user namespace (namespaces(7), "The /proc/sys/user directory"). */
function registerUserLimits(sysctl: Sysctl): void {
  for (const kind of ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'] as const) {
    sysctl.register(`user/max_${kind}_namespaces`, {
      mode: 0o644,
      read: ({ cred }) => String(cred.user.limits.get(kind) ?? 96365),
      write: ({ cred }, text) => {
        cred.user.limits.set(kind, wholeNumber(text, 0));
      },
      owner: ({ cred }) => cred.user,
    });
  }
  sysctl.register('user/max_inotify_instances', numberSetting(128, 0));
  sysctl.register('user/max_inotify_watches', numberSetting(192536, 0));
}
