/** Tasks on shared memory in the Machine itself: make a segment, and clear one away. */
import type { LabState } from '../../engine/state';
import type { Task } from '../define';
import { machineObjects, type Names } from './objects';

export const segment: Task<Names> = {
  id: 'segment',
  title: 'Make a System V shared memory segment of {{size}} bytes in the Machine',
  points: 5,
  kind: 'edge',
  check: ({ state }, { size }) => machineObjects(state, 'shm').some((object) => object.size === Number(size)),
  hints: [
    {
      id: 'semaphores',
      when: ({ state }) => machineObjects(state, 'sem').length > 0,
      text: () => 'You made a set of semaphores: -S. A shared memory segment is --shmem, or -M.',
    },
    {
      id: 'a-file',
      when: async (lab) => ((await lab.files().list('/dev/shm')) ?? []).length > 0,
      text: () =>
        'There is a file in /dev/shm: that is POSIX shared memory, which is a tmpfs and therefore a matter of the mount namespace. System V segments are in no file system; ipcs -m lists them.',
    },
    {
      id: 'other-size',
      when: ({ state }) => machineObjects(state, 'shm').some((object) => object.size !== 65536),
      text: ({ state }) =>
        `There is a new segment of ${machineObjects(state, 'shm').find((object) => object.size !== 65536)?.size} bytes. It should have the size in the task; a segment cannot be resized, so make another.`,
    },
    { id: 'ipcmk', text: (_, { size }) => `ipcmk --shmem ${size} makes one and prints its id; ipcs -m shows it.` },
  ],
  solutions: [
    { title: 'ipcmk', steps: ['ipcmk --shmem {{size}}', 'ipcs -m'] },
    { title: 'shmget(2), by way of perl', steps: ['perl -e \'shmget(0x4242, {{size}}, 01600) // die "$!\\n"\''] },
  ],
  pitfalls: [
    { title: 'Semaphores', steps: ['ipcmk --semaphore 5'], hint: 'semaphores' },
    { title: 'A file in /dev/shm', steps: ['head -c {{size}} /dev/zero > /dev/shm/segment'], hint: 'a-file' },
    { title: 'In KiB', steps: ['ipcmk --shmem {{size}}KiB'], hint: 'other-size' },
  ],
};

function isUsedAlive(state: LabState, { usedKey }: Names): boolean {
  return machineObjects(state, 'shm').some((object) => object.key === Number(usedKey));
}

function isLeftThere(state: LabState, { leftKey }: Names): boolean {
  return machineObjects(state, 'shm').some((object) => object.key === Number(leftKey));
}

export const leftover: Task<Names> = {
  id: 'leftover',
  title:
    'The cashier program uses one segment of 65536 bytes and has forgotten another. Remove the forgotten one, and only that',
  points: 10,
  check: ({ state }, names) => isUsedAlive(state, names) && !isLeftThere(state, names),
  hints: [
    {
      id: 'removed-the-used',
      when: ({ state }, names) => !isUsedAlive(state, names),
      text: (_, { usedKey, leftKey }) =>
        `You removed the segment in use. ipcs -m shows it as "dest": its key ${usedKey} is gone, so nobody new can find it, and it ends when the last process lets go of it. Reset the lab, or end the cashier and start it again: setsid cashier ${usedKey} ${leftKey} &`,
    },
    {
      id: 'nattch',
      text: () =>
        'ipcs -m has a column nattch: how many processes are attached. The forgotten one has 0. ipcrm -m takes the id, ipcrm -M the key.',
    },
  ],
  solutions: [
    { title: 'By its key', steps: ['ipcrm -M {{leftKey}}'] },
    { title: 'By its id', steps: ["ipcrm -m $(ipcs -m | awk '$5 == 65536 && $6 == 0 { print $2 }')"] },
  ],
  pitfalls: [
    { title: 'Away with everything', steps: ['ipcrm --all=shm'], hint: 'removed-the-used' },
    { title: 'The wrong one of the two', steps: ['ipcrm -M {{usedKey}}'], hint: 'removed-the-used' },
    { title: 'Ids and keys confused', steps: ['ipcrm -m {{leftKey}}'], hint: 'nattch' },
  ],
};
