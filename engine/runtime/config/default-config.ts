/**
 * The config.json a person begins with: what `spec` writes. The same as runc's but for its name, and for an ambient set
 * that cannot be raised (nothing is inheritable).
 */
import { supportedVersion } from './features';
import type { Config } from './schema/config';
import type { Namespace, NamespaceType } from './schema/linux';
import type { Mount } from './schema/mount';

const capabilities = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];

/** What of /proc and /sys tells of the host, or lets it be changed. */
const maskedPaths = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/sys/firmware',
  '/proc/scsi',
];
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

export interface DefaultConfigOptions {
  /** The machine has cgroup version 2 only: then a cgroup namespace hides where in it the container is. */
  hasCgroupNamespace: boolean;
  /** Who runs the container without being root: that user becomes its root. */
  rootless?: { uid: number; gid: number };
}

export function defaultConfig({ hasCgroupNamespace, rootless }: DefaultConfigOptions): Config {
  const types: NamespaceType[] = [
    'pid',
    ...(rootless ? [] : (['network'] as const)),
    'ipc',
    'uts',
    'mount',
    ...(hasCgroupNamespace ? (['cgroup'] as const) : []),
    ...(rootless ? (['user'] as const) : []),
  ];
  const namespaces = types.map((type): Namespace => ({ type }));
  const limits = { resources: { devices: [{ allow: false, access: 'rwm' }] } };
  return {
    ociVersion: supportedVersion,
    process: {
      terminal: true,
      user: { uid: 0, gid: 0 },
      args: ['sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'underlay',
    mounts: mounts(rootless !== undefined),
    linux: { ...(rootless ? mappings(rootless) : limits), namespaces, maskedPaths, readonlyPaths },
  };
}

/** One id each is all that a user may map without help. */
function mappings({ uid, gid }: { uid: number; gid: number }) {
  return {
    uidMappings: [{ containerID: 0, hostID: uid, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: gid, size: 1 }],
  };
}

function mounts(isRootless: boolean): Mount[] {
  const restricted = ['nosuid', 'noexec', 'nodev'];
  // The group of terminals has no id in a user namespace of one; and sysfs cannot be mounted beside the host's network.
  const terminals = ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', ...(isRootless ? [] : ['gid=5'])];
  const sysfs: Mount = isRootless
    ? { destination: '/sys', type: 'none', source: '/sys', options: ['rbind', ...restricted, 'ro'] }
    : { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...restricted, 'ro'] };
  return [
    { destination: '/proc', type: 'proc', source: 'proc' },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: terminals },
    {
      destination: '/dev/shm',
      type: 'tmpfs',
      source: 'shm',
      options: [...restricted, 'mode=1777', 'size=65536k'],
    },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: restricted },
    sysfs,
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: [...restricted, 'relatime', 'ro'],
    },
  ];
}
