/** System V objects and POSIX queues of the IPC namespaces. */
import type { IpcObject as IpcState } from '../../../state';
import { IpcNamespace } from '../ipc/types';
import type { SimKernel } from '../kernel';
import type { Namespace } from '../ns/namespace';
import { nsId } from './ns-id';

export function ipcOf(kernel: SimKernel, namespaces: Iterable<Namespace>): Record<string, IpcState> {
  const entries: Record<string, IpcState> = {};
  for (const ns of namespaces) {
    if (!(ns instanceof IpcNamespace) || ns === kernel.namespaces.initial.ipc) continue;
    for (const object of objectsOf(kernel, ns)) entries[`${object.ns}/${object.kind}/${object.id}`] = object;
  }
  return entries;
}

function objectsOf(kernel: SimKernel, ns: IpcNamespace): IpcState[] {
  const id = nsId('ipc', ns);
  const base = { ns: id, name: null, attached: 0 };
  return [
    ...ns.shm.list().map(({ id: own, key, uid, mode, size, attached }) => ({
      ...base,
      kind: 'shm' as const,
      id: own,
      key,
      ownerUid: uid,
      mode: mode & 0o777,
      size,
      attached,
    })),
    ...ns.sem.list().map(({ id: own, key, uid, mode, values }) => ({
      ...base,
      kind: 'sem' as const,
      id: own,
      key,
      ownerUid: uid,
      mode: mode & 0o777,
      size: values.length,
    })),
    ...ns.msg.list().map(({ id: own, key, uid, mode, messages }) => ({
      ...base,
      kind: 'msg' as const,
      id: own,
      key,
      ownerUid: uid,
      mode: mode & 0o777,
      size: messages.length,
    })),
    ...kernel.ipc
      .queuesOf(ns)
      .root.queues()
      .map(({ name, inode }) => ({
        ...base,
        kind: 'mqueue' as const,
        id: inode.ino,
        key: null,
        name: `/${name}`,
        ownerUid: inode.uid,
        mode: inode.mode & 0o777,
        size: inode.messages.length,
      })),
  ];
}
