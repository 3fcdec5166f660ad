/** Tasks on POSIX message queues, which are looked at through a mount; and on sharing them by choice. */
import {
  type LabState,
  type Mount,
  machineNamespace,
  madeNamespaces,
  mountAt,
  type NsId,
  type Process,
} from '../../engine/state';
import type { Task } from '../define';
import { machineObjects, madeObjects, type Names } from './objects';

export const queue: Task<Names> = {
  id: 'queue',
  title:
    "Make a POSIX queue /{{queue}} with {{count}} messages waiting, in an IPC namespace of its own, not in the Machine's",
  points: 10,
  kind: 'edge',
  check: ({ state }, names) =>
    !isInMachine(state, names.queue) && waiting(state, names.queue).some((size) => size >= Number(names.count)),
  hints: [
    {
      id: 'old-window',
      when: ({ state }, names) => isInMachine(state, names.queue),
      text: (_, names) =>
        `/${names.queue} is in the Machine's namespace. A mount of mqueue shows the IPC namespace it was mounted in, whoever looks through it; /dev/mqueue was mounted for the Machine. rm it, and mount a fresh mqueue in a namespace with --ipc and --mount.`,
    },
    {
      id: 'too-few',
      when: ({ state }, names) => waiting(state, names.queue).length > 0,
      text: ({ state }, names) =>
        `/${names.queue} is there, with ${waiting(state, names.queue)[0]} message(s) waiting. mqsend /dev/mqueue/${names.queue} WORD WORD ... puts more into it.`,
    },
    {
      id: 'mount-mqueue',
      text: (_, names) =>
        `unshare --ipc --mount bash, then mount -t mqueue mqueue /dev/mqueue. In that mount, touch /dev/mqueue/${names.queue} makes a queue.`,
    },
  ],
  solutions: [
    {
      title: 'A fresh mount of mqueue',
      steps: [
        { terminal: 'queue' },
        'unshare --ipc --mount bash',
        'mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{queue}}',
        'for i in $(seq {{count}}); do mqsend /dev/mqueue/{{queue}} "number $i"; done',
        'cat /dev/mqueue/{{queue}}',
      ],
    },
    {
      title: 'All messages at once',
      steps: [
        { terminal: 'queue' },
        'unshare --ipc --mount bash',
        'mkdir /tmp/queues; mount -t mqueue none /tmp/queues; touch /tmp/queues/{{queue}}',
        'mqsend /tmp/queues/{{queue}} $(seq {{count}})',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Through the old window',
      steps: [
        { terminal: 'queue' },
        'unshare --ipc bash',
        'touch /dev/mqueue/{{queue}}; mqsend /dev/mqueue/{{queue}} $(seq {{count}})',
      ],
      hint: 'old-window',
    },
    {
      title: 'An empty queue',
      steps: [
        { terminal: 'queue' },
        'unshare --ipc --mount bash',
        'mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{queue}}',
      ],
      hint: 'too-few',
    },
    {
      title: 'Not a queue, a file',
      steps: [{ terminal: 'queue' }, 'unshare --ipc --mount bash', 'touch /tmp/{{queue}}'],
      hint: 'mount-mqueue',
    },
  ],
};

function isInMachine(state: LabState, name: string): boolean {
  return machineObjects(state, 'mqueue').some((object) => object.name === `/${name}`);
}

/** Messages waiting in the queues of that name, in namespaces somebody made. */
function waiting(state: LabState, name: string): number[] {
  return madeObjects(state, 'mqueue')
    .filter((object) => object.name === `/${name}`)
    .map((object) => object.size);
}

/** A container of the pod: a process on a computer of that name, with its own tree, in an IPC namespace somebody made. */
interface Container {
  ipc: NsId;
  mnt: NsId;
  window: Mount | undefined;
}

function containersNamed(state: LabState, hostname: string): Container[] {
  const ipcs = new Set(madeNamespaces(state, 'ipc').map((ns) => ns.id));
  const named = new Set(
    madeNamespaces(state, 'uts')
      .filter((ns) => ns.hostname === hostname)
      .map((ns) => ns.id),
  );
  return Object.values(state.processes).flatMap((process: Process) => {
    const { ipc, mnt, uts } = process.namespaces;
    if (ipc === undefined || mnt === undefined || uts === undefined || !ipcs.has(ipc) || !named.has(uts)) return [];
    return [{ ipc, mnt, window: mountAt(state, mnt, '/dev/mqueue') }];
  });
}

function pairs(state: LabState, { first, second }: Names): Array<[Container, Container]> {
  return containersNamed(state, first).flatMap((a) =>
    containersNamed(state, second).map((b): [Container, Container] => [a, b]),
  );
}

/** True when the container's /dev/mqueue is another than the Machine's. */
function hasOwnWindow(state: LabState, container: Container): boolean {
  const machine = machineNamespace(state, 'lab', 'mnt');
  const old = machine && mountAt(state, machine, '/dev/mqueue');
  return container.window !== undefined && container.window.device !== old?.device;
}

export const pod: Task<Names> = {
  id: 'pod',
  title:
    'Challenge: a pod. Two processes on computers called {{first}} and {{second}}, each with a mount tree of its own, that share one IPC ' +
    "namespace (not the Machine's) and both see its queue /{{mail}} at /dev/mqueue",
  points: 25,
  challenge: true,
  check: ({ state }, names) =>
    pairs(state, names).some(([a, b]) => {
      if (a.ipc !== b.ipc || a.mnt === b.mnt || !hasOwnWindow(state, a) || !hasOwnWindow(state, b)) return false;
      return madeObjects(state, 'mqueue').some((object) => object.ns === a.ipc && object.name === `/${names.mail}`);
    }),
  hints: [
    {
      id: 'apart',
      when: ({ state }, names) =>
        pairs(state, names).length > 0 && pairs(state, names).every(([a, b]) => a.ipc !== b.ipc),
      text: ({ state }, names) => {
        const [pair] = pairs(state, names);
        return `${names.first} is in ${pair?.[0].ipc}, ${names.second} in ${pair?.[1].ipc}: two namespaces. The second process has to join the first one's: nsenter --target PID --ipc.`;
      },
    },
    {
      id: 'one-tree',
      when: ({ state }, names) =>
        pairs(state, names).length > 0 && pairs(state, names).every(([a, b]) => a.mnt === b.mnt),
      text: () =>
        'They share the IPC namespace, and the mount namespace as well. Each container needs its own tree: unshare --mount for the second, after it has joined.',
    },
    {
      id: 'old-window',
      when: ({ state }, names) =>
        pairs(state, names).length > 0 &&
        pairs(state, names).some((pair) => pair.some((one) => !hasOwnWindow(state, one))),
      text: ({ state }, names) => {
        const blind = pairs(state, names)[0]?.findIndex((one) => !hasOwnWindow(state, one));
        return `${blind === 0 ? names.first : names.second} still has the Machine's /dev/mqueue in its tree. Each of them mounts mqueue for itself, after joining the IPC namespace.`;
      },
    },
    {
      id: 'no-mail',
      when: ({ state }, names) => pairs(state, names).length > 0,
      text: (_, { mail }) =>
        `The pod stands. It has no queue /${mail} yet: touch /dev/mqueue/${mail}, in either of the two.`,
    },
    {
      id: 'one-then-other',
      text: (_, { first }) =>
        `Start ${first} with unshare --ipc --mount --uts. The second process joins its IPC namespace by nsenter --target PID --ipc and, in the same breath, makes the rest anew: unshare --mount --uts.`,
    },
  ],
  solutions: [
    {
      title: 'In the background',
      steps: [
        "unshare --ipc --mount --uts sh -c 'hostname {{first}}; mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{mail}}; exec sleep 3000' &",
        'first=$!; until nsenter --target $first --uts hostname | grep -qx {{first}}; do sleep 0.1; done',
        "nsenter --target $first --ipc unshare --mount --uts sh -c 'hostname {{second}}; mount -t mqueue mqueue /dev/mqueue; exec sleep 3000' &",
      ],
    },
    {
      title: 'In two terminals',
      steps: [
        { terminal: 'first' },
        'unshare --ipc --mount --uts bash',
        'hostname {{first}}; mount -t mqueue mqueue /dev/mqueue; echo $$ > /tmp/first',
        { terminal: 'second' },
        'nsenter --target $(cat /tmp/first) --ipc unshare --mount --uts bash',
        'hostname {{second}}; mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{mail}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Each with a namespace of its own',
      steps: [
        "unshare --ipc --mount --uts sh -c 'hostname {{first}}; mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{mail}}; exec sleep 3000' &",
        "unshare --ipc --mount --uts sh -c 'hostname {{second}}; mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{mail}}; exec sleep 3000' &",
      ],
      hint: 'apart',
    },
    {
      title: 'Sharing too much',
      steps: [
        { terminal: 'first' },
        'unshare --ipc --mount --uts bash',
        'hostname {{first}}; mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{mail}}; echo $$ > /tmp/first',
        { terminal: 'second' },
        'nsenter --target $(cat /tmp/first) --ipc --mount unshare --uts bash',
        'hostname {{second}}',
      ],
      hint: 'one-tree',
    },
    {
      title: "The Machine's window in the second",
      steps: [
        { terminal: 'first' },
        'unshare --ipc --mount --uts bash',
        'hostname {{first}}; mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/{{mail}}; echo $$ > /tmp/first',
        { terminal: 'second' },
        'nsenter --target $(cat /tmp/first) --ipc unshare --mount --uts bash',
        'hostname {{second}}',
      ],
      hint: 'old-window',
    },
  ],
};
