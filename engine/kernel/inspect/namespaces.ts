/** A value for every kind of namespace. */
import type { NamespaceKind } from '../../state';

export function mapKinds<T>(of: (kind: NamespaceKind) => T): Record<NamespaceKind, T> {
  return {
    mnt: of('mnt'),
    uts: of('uts'),
    ipc: of('ipc'),
    pid: of('pid'),
    net: of('net'),
    user: of('user'),
    cgroup: of('cgroup'),
    time: of('time'),
  };
}
