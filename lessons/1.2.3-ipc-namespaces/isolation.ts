/** Tasks on System V objects in a namespace of their own: who sees them, what a key means there, what outlives whom. */
import {
  type LabState,
  machineNamespace,
  madeNamespaces,
  type Namespace,
  pinnedAt,
  processesIn,
} from '../../engine/state';
import type { Task } from '../define';
import { hasMadeNamespace, machineObjects, madeObjects, type Names, objectsIn } from './objects';

export const isolated: Task<Names> = {
  id: 'isolated',
  title: 'In an IPC namespace of its own, make a set of {{sems}} semaphores that the Machine does not see',
  points: 5,
  check: ({ state }, { sems }) =>
    madeObjects(state, 'sem').some((object) => object.size === Number(sems)) &&
    !machineObjects(state, 'sem').some((object) => object.size === Number(sems)),
  hints: [
    {
      id: 'in-the-machine',
      when: ({ state }, { sems }) => machineObjects(state, 'sem').some((object) => object.size === Number(sems)),
      text: ({ state }) =>
        `The set is in the Machine's own namespace, ${machineNamespace(state, 'lab', 'ipc')}, for everybody to see. Remove it (ipcrm --all=sem), and make one inside unshare --ipc bash.`,
    },
    {
      id: 'other-count',
      when: ({ state }) => madeObjects(state, 'sem').length > 0,
      text: ({ state }, { sems }) =>
        `Right place, but that set has ${madeObjects(state, 'sem')[0]?.size} semaphores; it should have ${sems}.`,
    },
    {
      id: 'empty-namespace',
      when: ({ state }) => hasMadeNamespace(state),
      text: ({ state }, { sems }) =>
        `${madeNamespaces(state, 'ipc')[0]?.id} is new and has no semaphores: an IPC namespace begins empty, not as a copy. In there: ipcmk --semaphore ${sems}.`,
    },
    {
      id: 'unshare-ipc',
      text: () =>
        'unshare --ipc bash starts a shell in a new IPC namespace. The objects last as long as the namespace does, so stay inside.',
    },
  ],
  solutions: [
    {
      title: 'A shell, then the semaphores',
      steps: [{ terminal: 'inside' }, 'unshare --ipc bash', 'ipcmk --semaphore {{sems}}', 'ipcs -s'],
    },
    {
      title: 'A process in the background',
      steps: ["unshare --ipc sh -c 'ipcmk --semaphore {{sems}}; exec sleep 3000' &"],
    },
  ],
  pitfalls: [
    { title: 'No namespace', steps: ['ipcmk --semaphore {{sems}}'], hint: 'in-the-machine' },
    { title: 'Gone with its only process', steps: ['unshare --ipc ipcmk --semaphore {{sems}}'], hint: 'unshare-ipc' },
    { title: 'Only a shell', steps: [{ terminal: 'inside' }, 'unshare --ipc bash'], hint: 'empty-namespace' },
  ],
};

function hasKey(state: LabState, key: string, where: 'machine' | 'made'): boolean {
  const segments = where === 'machine' ? machineObjects(state, 'shm') : madeObjects(state, 'shm');
  return segments.some((object) => object.key === Number(key));
}

export const sameKey: Task<Names> = {
  id: 'same-key',
  title:
    'One key, two segments: make a segment with the key {{key}} in the Machine, and another with the same key in your namespace',
  needs: ['isolated'],
  points: 10,
  kind: 'edge',
  check: ({ state }, { key }) => hasKey(state, key, 'machine') && hasKey(state, key, 'made'),
  hints: [
    {
      id: 'only-the-machine',
      when: ({ state }, { key }) => hasKey(state, key, 'machine'),
      text: (_, { key }) =>
        `The Machine has a segment with the key ${key}. Asking again there only finds the same one (or fails, if you ask for more bytes than it has). Ask in the other namespace.`,
    },
    {
      id: 'only-yours',
      when: ({ state }, { key }) => hasKey(state, key, 'made'),
      text: (_, { key }) =>
        `Your namespace has a segment with the key ${key}. Now the same in a terminal of the Machine.`,
    },
    {
      id: 'shmget',
      text: (_, { key }) =>
        `perl -e 'shmget(${key}, 4096, 01600) // die "$!\\n"' makes a segment with that key (01000 is IPC_CREAT, 0600 the permissions). ipcmk would choose a random key.`,
    },
  ],
  solutions: [
    {
      title: 'shmget(2) in both',
      steps: [
        { terminal: 'outside' },
        'perl -e \'shmget({{key}}, 4096, 01600) // die "$!\\n"\'',
        { terminal: 'inside' },
        'perl -e \'shmget({{key}}, 8192, 01600) // die "$!\\n"\'',
        'ipcs -m',
      ],
    },
    {
      title: 'From outside, by nsenter',
      steps: [
        'perl -e \'shmget({{key}}, 4096, 01600) // die "$!\\n"\'',
        { terminal: 'inside' },
        'echo $$ > /tmp/inside',
        { terminal: 'outside' },
        'nsenter --target $(cat /tmp/inside) --ipc perl -e \'shmget({{key}}, 8192, 01600) // die "$!\\n"\'',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Twice in the same place',
      steps: [
        { terminal: 'outside' },
        'perl -e \'shmget({{key}}, 4096, 01600) // die "$!\\n"\'',
        'perl -e \'shmget({{key}}, 8192, 01600) // die "$!\\n"\'',
      ],
      hint: 'only-the-machine',
    },
    {
      title: 'Only inside',
      steps: [{ terminal: 'inside' }, 'perl -e \'shmget({{key}}, 4096, 01600) // die "$!\\n"\''],
      hint: 'only-yours',
    },
    {
      title: 'A random key',
      steps: [{ terminal: 'outside' }, 'ipcmk --shmem 4096', { terminal: 'inside' }, 'ipcmk --shmem 4096'],
      hint: 'shmget',
    },
  ],
};

function pinned(state: LabState): Namespace | undefined {
  const ns = pinnedAt(state, 'lab', '/run/ipc');
  return madeNamespaces(state, 'ipc').find(({ id }) => id === ns?.id);
}

export const kept: Task<Names> = {
  id: 'kept',
  title: 'Pin your namespace at /run/ipc and leave it: no process inside, the semaphores still there',
  needs: ['isolated'],
  points: 10,
  kind: 'edge',
  check({ state }, { sems }) {
    const ns = pinned(state);
    if (ns === undefined || processesIn(state, ns.id).length > 0) return false;
    return objectsIn(state, ns.id, 'sem').some((object) => object.size === Number(sems));
  },
  hints: [
    {
      id: 'still-inside',
      when({ state }) {
        const ns = pinned(state);
        return ns !== undefined && processesIn(state, ns.id).length > 0;
      },
      text: () => 'It is pinned. Now leave: exit in every shell that is inside.',
    },
    {
      id: 'pinned-empty',
      when: ({ state }) => pinned(state) !== undefined,
      text: (_, { sems }) =>
        `What is pinned at /run/ipc is a namespace without your ${sems} semaphores. Make them in it: nsenter --ipc=/run/ipc ipcmk --semaphore ${sems}.`,
    },
    {
      id: 'lost',
      when: ({ state }) => !hasMadeNamespace(state),
      text: () =>
        "There is no IPC namespace but the Machine's. When the last process left yours, the kernel freed it with all objects in it. Make a new one, and pin it this time before you leave.",
    },
    {
      id: 'bind-it',
      text: () => 'Inside: touch /run/ipc, then mount --bind /proc/$$/ns/ipc /run/ipc. Then exit.',
    },
  ],
  solutions: [
    {
      title: 'A bind mount from inside',
      steps: [{ terminal: 'inside' }, 'touch /run/ipc', 'mount --bind /proc/$$/ns/ipc /run/ipc', 'exit'],
    },
    {
      title: 'A new one, pinned by unshare',
      steps: ['touch /run/ipc', 'unshare --ipc=/run/ipc ipcmk --semaphore {{sems}}'],
    },
  ],
  pitfalls: [
    { title: 'Just leaving', steps: [{ terminal: 'inside' }, 'exit'], hint: 'lost' },
    {
      title: 'Staying',
      steps: [{ terminal: 'inside' }, 'touch /run/ipc', 'mount --bind /proc/$$/ns/ipc /run/ipc'],
      hint: 'still-inside',
    },
    {
      title: 'An empty one, pinned',
      steps: ['touch /run/ipc', 'unshare --ipc=/run/ipc true'],
      hint: 'pinned-empty',
    },
  ],
};
