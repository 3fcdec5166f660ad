/** Which namespaces a container's process is born into: new ones, and those that are joined by path (namespaces(7)). */
import { flags, ref, type Step } from '../../kernel';
import type { Linux, Namespace, NamespaceType } from '../config';
import * as k from './constants';
import { closeAll } from './steps';

const cloneFlags: Record<NamespaceType, [name: string, flag: number]> = {
  user: ['CLONE_NEWUSER', k.CLONE_NEWUSER],
  mount: ['CLONE_NEWNS', k.CLONE_NEWNS],
  uts: ['CLONE_NEWUTS', k.CLONE_NEWUTS],
  ipc: ['CLONE_NEWIPC', k.CLONE_NEWIPC],
  network: ['CLONE_NEWNET', k.CLONE_NEWNET],
  pid: ['CLONE_NEWPID', k.CLONE_NEWPID],
  cgroup: ['CLONE_NEWCGROUP', k.CLONE_NEWCGROUP],
  time: ['CLONE_NEWTIME', k.CLONE_NEWTIME],
};

/** The user namespace first, as it gives the right to the others; the mount namespace last, as it changes what is in sight. */
const joinOrder: NamespaceType[] = ['user', 'ipc', 'uts', 'network', 'pid', 'cgroup', 'time', 'mount'];

export function namespaceOf(linux: Linux | undefined, type: NamespaceType): Namespace | undefined {
  return linux?.namespaces?.find((namespace) => namespace.type === type);
}

export function makesNamespace(linux: Linux | undefined, type: NamespaceType): boolean {
  const namespace = namespaceOf(linux, type);
  return namespace !== undefined && namespace.path === undefined;
}

/** Flags for clone(2) of the namespaces to be made. That of time can only be unshared (time_namespaces(7)). */
export function newNamespaces(linux: Linux | undefined): Record<string, number> {
  const made = (linux?.namespaces ?? []).filter(({ type, path }) => path === undefined && type !== 'time');
  return Object.fromEntries(made.map(({ type }) => cloneFlags[type]));
}

/** Flags for setns(2) of all namespaces that a container has of its own. */
export function ownNamespaces(linux: Linux | undefined): Record<string, number> {
  return Object.fromEntries((linux?.namespaces ?? []).map(({ type }) => cloneFlags[type]));
}

export function joinNamespaces(linux: Linux | undefined): Step[] {
  const joined = joinOrder.flatMap((type) => {
    const path = namespaceOf(linux, type)?.path;
    return path === undefined ? [] : [{ type, path }];
  });
  return [
    // Opened before any is joined: paths are those of the runtime's mount namespace.
    ...joined.map(
      ({ type, path }): Step => ({
        call: 'openat',
        args: [k.AT_FDCWD, path, flags({ O_RDONLY: k.O_RDONLY, O_CLOEXEC: k.O_CLOEXEC })],
        as: `${type} namespace`,
        about: path,
      }),
    ),
    ...joined.flatMap(({ type, path }): Step[] => [
      {
        call: 'setns',
        args: [ref(`${type} namespace`), flags(Object.fromEntries([cloneFlags[type]]))],
        about: `${type} namespace ${path}`,
      },
      ...closeAll(`${type} namespace`),
    ]),
  ];
}

/** The time namespace is for the children of whoever makes it; its clocks are set before the first of them is born. */
export function makeTimeNamespace(linux: Linux | undefined): Step[] {
  if (!makesNamespace(linux, 'time')) return [];
  const offsets = Object.entries(linux?.timeOffsets ?? {}).map(
    ([clock, { secs = 0, nanosecs = 0 } = {}]) => `${clock} ${secs} ${nanosecs}\n`,
  );
  return [
    { call: 'unshare', args: [flags({ CLONE_NEWTIME: k.CLONE_NEWTIME })], about: 'the time namespace' },
    ...(offsets.length > 0 ? writeFile('/proc/self/timens_offsets', offsets.join('')) : []),
  ];
}

/** Writes a file of proc, sysfs or cgroupfs in one go. */
export function writeFile(path: string, content: string): Step[] {
  const bytes = new TextEncoder().encode(content);
  return [
    {
      call: 'openat',
      args: [k.AT_FDCWD, path, flags({ O_WRONLY: k.O_WRONLY, O_CLOEXEC: k.O_CLOEXEC })],
      as: 'file',
      about: path,
    },
    { call: 'write', args: [ref('file'), bytes, bytes.byteLength], about: `${content.trim()} to ${path}` },
    ...closeAll('file'),
  ];
}
