/** Lesson 1.2.1: a mount namespace that shares, one that is a slave, a private and an unbindable mount. */
import type { LabState, NsId } from '../../../engine/state';
import { add, machineMounts, machineNamespaces, mount, namespace, oneMachine, process, story } from './build';

const born = machineNamespaces(4026532300);
const peer: NsId = 'mnt:4026532451';
const slave: NsId = 'mnt:4026532452';

const asSlaves = (ns: NsId, firstId: number) =>
  machineMounts(ns, firstId, 1).map((entry) => ({ ...entry, propagation: { master: entry.propagation.shared } }));

export const mountStory = story('1.2.1 Mount', oneMachine(), [
  [
    'unshare --mount --propagation unchanged bash',
    (state) =>
      add(state, {
        namespaces: [namespace(peer)],
        mounts: machineMounts(peer, 200, 1),
        processes: [process(41090, { parent: 41012, nsPids: [90], tty: 'pts/0', namespaces: { ...born, mnt: peer } })],
      }),
  ],
  [
    'unshare --mount --propagation slave bash',
    (state) =>
      add(state, {
        namespaces: [namespace(slave)],
        mounts: asSlaves(slave, 300),
        processes: [process(41095, { parent: 41012, nsPids: [95], tty: 'pts/1', namespaces: { ...born, mnt: slave } })],
      }),
  ],
  [
    'mount -t tmpfs data /root/data',
    (state) =>
      add(state, {
        mounts: [
          mount(born.mnt, 160, 101, '/root/data', { source: 'data', device: '0:70', propagation: { shared: 40 } }),
          mount(peer, 260, 201, '/root/data', { source: 'data', device: '0:70', propagation: { shared: 40 } }),
          mount(slave, 360, 301, '/root/data', { source: 'data', device: '0:70', propagation: { master: 40 } }),
        ],
      }),
  ],
  [
    'mount -t tmpfs secret /root/secret; mount --make-private /root/secret; mount -t tmpfs x /root/x; mount --make-unbindable /root/x',
    (state) =>
      add(state, {
        mounts: [
          mount(slave, 362, 301, '/root/secret', { source: 'secret', device: '0:71' }),
          mount(slave, 363, 301, '/root/x', { source: 'x', device: '0:72', propagation: { unbindable: true } }),
        ],
      }),
  ],
]);

/** 2,000 processes and 5,000 mounts, as the issue asks a Machine to be inspected with. */
export function crowd(): LabState {
  return add(oneMachine(), {
    processes: Array.from({ length: 2000 }, (_, index) =>
      process(50000 + index, {
        parent: 41012,
        nsPids: [100 + index],
        command: 'sleep',
        args: ['sleep', '1000'],
        namespaces: born,
      }),
    ),
    mounts: Array.from({ length: 5000 }, (_, index) =>
      mount(born.mnt, 1000 + index, 101, `/root/many/m${index}`, { propagation: { shared: 1000 + index } }),
    ),
  });
}
