/** Lessons 1.2, 1.2.2, 1.2.3 and 1.2.4: unshare, pins, a hostname, IPC objects, nested pid namespaces. */
import type { NsId } from '../../../engine/state';
import { applyPatch } from '../../../engine/state';
import { add, machineMounts, machineNamespaces, mount, namespace, oneMachine, process, story } from './build';

const born = machineNamespaces(4026532300);
const shell = 41012;

export const namespacesStory = story('1.2 Linux namespaces', oneMachine(), [
  [
    'unshare --uts --ipc sleep 1000 &',
    (state) =>
      add(state, {
        namespaces: [namespace('uts:4026532411', { hostname: 'lab' }), namespace('ipc:4026532412')],
        processes: [
          process(41020, {
            parent: shell,
            nsPids: [20],
            tty: 'pts/0',
            command: 'sleep',
            args: ['sleep', '1000'],
            namespaces: { ...born, uts: 'uts:4026532411', ipc: 'ipc:4026532412' },
          }),
        ],
      }),
  ],
  [
    'unshare --net --mount bash',
    (state) =>
      add(state, {
        namespaces: [namespace('net:4026532413', { ipForward: false }), namespace('mnt:4026532414')],
        mounts: machineMounts('mnt:4026532414', 200, null),
        processes: [
          process(41025, {
            parent: shell,
            nsPids: [25],
            tty: 'pts/0',
            namespaces: { ...born, net: 'net:4026532413', mnt: 'mnt:4026532414' },
          }),
        ],
      }),
  ],
  [
    'touch /run/keep; mount --bind /proc/20/ns/uts /run/keep',
    (state) =>
      add(state, {
        namespaces: [
          namespace('uts:4026532411', { hostname: 'lab', pins: [{ mountNs: born.mnt, path: '/run/keep' }] }),
        ],
        mounts: [
          mount(born.mnt, 150, 110, '/run/keep', {
            device: '0:4',
            root: 'uts:[4026532411]',
            fsType: 'nsfs',
            source: 'nsfs',
            propagation: { shared: 11 },
          }),
        ],
      }),
  ],
  ['kill %1', (state) => applyPatch(state, { processes: { 41020: null }, namespaces: { 'ipc:4026532412': null } })],
  [
    'nsenter --uts=/run/keep bash',
    (state) =>
      add(state, {
        processes: [
          process(41031, {
            parent: 41025,
            nsPids: [31],
            tty: 'pts/0',
            namespaces: { ...born, net: 'net:4026532413', mnt: 'mnt:4026532414', uts: 'uts:4026532411' },
          }),
        ],
      }),
  ],
]);

export const utsStory = story('1.2.2 UTS', oneMachine(), [
  [
    'unshare --uts bash',
    (state) =>
      add(state, {
        namespaces: [namespace('uts:4026532421', { hostname: 'lab', domainname: '(none)' })],
        processes: [
          process(41040, { parent: shell, nsPids: [40], tty: 'pts/0', namespaces: { ...born, uts: 'uts:4026532421' } }),
        ],
      }),
  ],
  [
    'hostname island',
    (state) => add(state, { namespaces: [namespace('uts:4026532421', { hostname: 'island', domainname: '(none)' })] }),
  ],
]);

const ipcNs: NsId = 'ipc:4026532431';

export const ipcStory = story('1.2.3 IPC', oneMachine(), [
  [
    'ipcmk -M 4096; ipcmk -S 3; ipcmk -Q',
    (state) =>
      add(state, {
        ipc: [
          {
            ns: born.ipc,
            kind: 'shm',
            id: 0,
            key: 0x1d2c3b4a,
            name: null,
            ownerUid: 0,
            mode: 0o644,
            size: 4096,
            attached: 0,
          },
          {
            ns: born.ipc,
            kind: 'sem',
            id: 0,
            key: 0x55aa0001,
            name: null,
            ownerUid: 0,
            mode: 0o644,
            size: 3,
            attached: 0,
          },
          {
            ns: born.ipc,
            kind: 'msg',
            id: 0,
            key: 0x7f00beef,
            name: null,
            ownerUid: 0,
            mode: 0o644,
            size: 0,
            attached: 0,
          },
        ],
      }),
  ],
  [
    'unshare --ipc bash',
    (state) =>
      add(state, {
        namespaces: [namespace(ipcNs)],
        processes: [process(41050, { parent: shell, nsPids: [50], tty: 'pts/0', namespaces: { ...born, ipc: ipcNs } })],
      }),
  ],
  [
    './queue create /jobs; ipcmk -Q',
    (state) =>
      add(state, {
        ipc: [
          {
            ns: ipcNs,
            kind: 'mqueue',
            id: 21,
            key: null,
            name: '/jobs',
            ownerUid: 0,
            mode: 0o600,
            size: 2,
            attached: 0,
          },
          {
            ns: ipcNs,
            kind: 'msg',
            id: 0,
            key: 0x0badcafe,
            name: null,
            ownerUid: 1000,
            mode: 0o666,
            size: 1,
            attached: 0,
          },
        ],
      }),
  ],
  ['ipcrm -S 0x55aa0001', (state) => applyPatch(state, { ipc: { [`${born.ipc}/sem/0`]: null } })],
]);

const outer: NsId = 'pid:4026532441';
const inner: NsId = 'pid:4026532443';

export const pidStory = story('1.2.4 PID', oneMachine(), [
  [
    'unshare --pid --fork --mount-proc bash',
    (state) =>
      add(state, {
        namespaces: [namespace(outer, { parent: born.pid }), namespace('mnt:4026532442')],
        mounts: [
          ...machineMounts('mnt:4026532442', 200, null),
          mount('mnt:4026532442', 230, 204, '/proc', { fsType: 'proc', source: 'proc' }),
        ],
        processes: [
          process(41060, {
            parent: shell,
            nsPids: [60],
            tty: 'pts/0',
            command: 'unshare',
            pidForChildren: outer,
            args: ['unshare', '--pid', '--fork', '--mount-proc', 'bash'],
            namespaces: { ...born, mnt: 'mnt:4026532442' },
          }),
          process(41061, {
            parent: 41060,
            nsPids: [61, 1],
            tty: 'pts/0',
            namespaces: { ...born, mnt: 'mnt:4026532442', pid: outer },
          }),
        ],
      }),
  ],
  [
    'sleep 1000 & sleep 2000 &',
    (state) =>
      add(state, {
        processes: [9, 10].map((number) =>
          process(41060 + number, {
            parent: 41061,
            nsPids: [60 + number, number],
            tty: 'pts/0',
            command: 'sleep',
            args: ['sleep', number === 9 ? '1000' : '2000'],
            namespaces: { ...born, mnt: 'mnt:4026532442', pid: outer },
          }),
        ),
      }),
  ],
  [
    'unshare --pid --fork bash',
    (state) =>
      add(state, {
        namespaces: [namespace(inner, { parent: outer })],
        processes: [
          process(41080, {
            parent: 41061,
            nsPids: [80, 20],
            tty: 'pts/0',
            command: 'unshare',
            pidForChildren: inner,
            args: ['unshare', '--pid', '--fork', 'bash'],
            namespaces: { ...born, mnt: 'mnt:4026532442', pid: outer },
          }),
          process(41081, {
            parent: 41080,
            nsPids: [81, 21, 1],
            tty: 'pts/0',
            namespaces: { ...born, mnt: 'mnt:4026532442', pid: inner },
          }),
          process(41082, {
            parent: 41081,
            nsPids: [82, 22, 2],
            tty: 'pts/0',
            command: 'sh',
            state: 'zombie',
            args: [],
            namespaces: { ...born, mnt: 'mnt:4026532442', pid: inner },
          }),
        ],
      }),
  ],
  [
    'kill -STOP 9; kill 10',
    (state) => {
      const stopped = state.processes['41069'];
      return applyPatch(state, {
        processes: { 41070: null, ...(stopped ? { 41069: { ...stopped, state: 'stopped' } } : {}) },
      });
    },
  ],
]);
