/** Whether Machines can be booted on this computer, and if not, what a person can do about it. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlledBy, hierarchies } from '../cgroup/hierarchy';
import { heldCapabilities } from '../machine/capabilities';

const CAP_SYS_ADMIN = 21n;

export type Availability = { available: true } | { available: false; reason: string };

export function checkAvailability(rootfs: string): Availability {
  const reason =
    platformObstacle() ?? privilegeObstacle() ?? kernelObstacle() ?? cgroupObstacle() ?? rootfsObstacle(rootfs);
  return reason === null ? { available: true } : { available: false, reason };
}

function platformObstacle(): string | null {
  if (process.platform !== 'linux') return `Real Machines need Linux; this is ${process.platform}.`;
  if (process.arch !== 'x64') return `Real Machines need an x86-64 processor for now; this one is ${process.arch}.`;
  return null;
}

function privilegeObstacle(): string | null {
  if (process.geteuid?.() !== 0)
    return 'Real Machines need root. Start the server with sudo, or as root in a virtual machine.';
  if (((heldCapabilities() >> CAP_SYS_ADMIN) & 1n) === 0n) {
    return 'This root lacks CAP_SYS_ADMIN, as in a container. Start the server outside the container, or give it the capability.';
  }
  return null;
}

function kernelObstacle(): string | null {
  const filesystems = readFileSync('/proc/filesystems', 'utf8');
  const missing = ['overlay', 'tmpfs', 'devpts', 'mqueue'].filter(
    (name) => !new RegExp(`\\t${name}$`, 'm').test(filesystems),
  );
  if (missing.length > 0)
    return `This kernel has no ${missing.join(', ')}. Try "modprobe ${missing.join(' ')}", or another kernel.`;
  const kinds = ['mnt', 'uts', 'ipc', 'pid', 'net', 'cgroup'].filter((kind) => !existsSync(`/proc/self/ns/${kind}`));
  return kinds.length > 0
    ? `This kernel has no ${kinds.join(', ')} namespaces. Use one that was built with them.`
    : null;
}

function cgroupObstacle(): string | null {
  const mounted = hierarchies();
  const missing = ['pids', 'memory', 'cpu'].filter((controller) => !controlledBy(mounted, controller));
  if (missing.length > 0) {
    return `No mounted cgroup hierarchy has the controllers ${missing.join(', ')}, so labs could not be limited. Mount cgroup2 at /sys/fs/cgroup.`;
  }
  const closed = mounted.find(({ mountPoint }) => !isWritable(mountPoint));
  return closed
    ? `${closed.mountPoint} is read-only, as in a container. Start the server outside it, or remount it writable.`
    : null;
}

function rootfsObstacle(rootfs: string): string | null {
  if (existsSync(join(rootfs, 'etc/passwd'))) return null;
  return `The Machines' root filesystem is not built yet: ${rootfs} is missing. "npm start" builds it as root on Debian.`;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
