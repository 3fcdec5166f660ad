/** Tasks on making, entering and keeping namespaces. */
import { madeNamespaces, type Namespace, namespaceKinds, pinnedAt, processesIn } from '../../engine/state';
import { answerIn } from '../answers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { bestVisit, lodgersKinds, others } from './lodger';
import type { Names } from './names';

const apart: Task<Names> = {
  id: 'apart',
  title: 'Have a process that has its own UTS and IPC namespaces and shares the other six with you; leave it running',
  needs: ['own-number'],
  points: 10,
  kind: 'edge',
  check: (lab) => others(lab).some(({ apart }) => apart.join() === 'uts,ipc'),
  hints: [
    {
      id: 'more-than-asked',
      when: (lab) =>
        others(lab).some(({ apart }) => apart.length > 2 && apart.includes('uts') && apart.includes('ipc')),
      text(lab) {
        const eager = others(lab).find(({ apart }) => apart.includes('uts') && apart.includes('ipc'));
        const extra = eager?.apart.filter((kind) => kind !== 'uts' && kind !== 'ipc') ?? [];
        return `UTS and IPC are its own, but so is ${extra.join(', ')}. Each option of unshare cuts one tie: give it two only.`;
      },
    },
    {
      id: 'one-of-two',
      when: (lab) => others(lab).some(({ apart }) => apart.join() === 'uts' || apart.join() === 'ipc'),
      text(lab) {
        const half = others(lab).find(({ apart }) => apart.join() === 'uts' || apart.join() === 'ipc');
        return `There is a process with its own ${half?.apart.join()} namespace, and that is one of two. unshare takes several options at once.`;
      },
    },
    {
      id: 'two-options',
      text: () =>
        'unshare --uts --ipc COMMAND runs COMMAND apart in those two. It has to stay: a shell that waits for you, or ' +
        'sleep 1000 with & after it.',
    },
  ],
  solutions: [
    { title: 'A sleeper in the background', steps: ['unshare --uts --ipc sleep 1000 &'] },
    { title: 'A shell, in a terminal of its own', steps: [{ terminal: 'apart' }, 'unshare -u -i bash'] },
  ],
  pitfalls: [
    { title: 'Only one of the two', steps: ['unshare --uts sleep 1000 &'], hint: 'one-of-two' },
    { title: 'The network, too', steps: ['unshare --uts --ipc --net sleep 1000 &'], hint: 'more-than-asked' },
    { title: 'The wrong two', steps: ['unshare --uts --net sleep 1000 &'], hint: 'two-options' },
  ],
};

const enter: Task<Names> = {
  id: 'enter',
  title: 'Visit the lodger: have a process of yours in both namespaces that are its own, and leave it running',
  needs: ['find-lodger'],
  points: 10,
  kind: 'edge',
  check: (lab) => lodgersKinds(lab).length > 0 && bestVisit(lab) === lodgersKinds(lab).length,
  hints: [
    {
      id: 'half-way-in',
      when: (lab) => bestVisit(lab) > 0,
      text: () =>
        'Your process is in one of the two. Each namespace is entered for itself: name both kinds, or all of them with -a.',
    },
    {
      id: 'built-your-own',
      when: (lab) => others(lab).some(({ apart }) => lodgersKinds(lab).every((kind) => apart.includes(kind))),
      text: () =>
        'You have a process in namespaces of the right kinds, but they are new ones: unshare always builds. To move in ' +
        'with somebody you need nsenter and the number of a process that lives there.',
    },
    {
      id: 'nsenter',
      text: () =>
        'nsenter -t PID --KIND --KIND COMMAND: PID is the lodger’s number, the kinds are those you wrote down (mnt is ' +
        'spelled --mount). As COMMAND take sleep 1000 and put & at the end.',
    },
  ],
  solutions: [
    {
      title: 'By kind',
      steps: ['nsenter -t $(pgrep -x lodger) --{{firstFlag}} --{{secondFlag}} sleep 1000 &'],
    },
    { title: 'All of them', steps: ['nsenter -t $(pgrep -x lodger) -a sleep 1000 &'] },
    {
      title: 'Through the files, one inside the other',
      steps: [
        'P=$(pgrep -x lodger)',
        'nsenter --{{secondFlag}}=/proc/$P/ns/{{second}} nsenter --{{firstFlag}}=/proc/$P/ns/{{first}} sleep 1000 &',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Only one door',
      steps: ['nsenter -t $(pgrep -x lodger) --{{firstFlag}} sleep 1000 &'],
      hint: 'half-way-in',
    },
    {
      title: 'unshare instead of nsenter',
      steps: ['unshare --{{firstFlag}} --{{secondFlag}} sleep 1000 &'],
      hint: 'built-your-own',
    },
  ],
};

const allEight: Task<Names> = {
  id: 'all-eight',
  title: 'Cut every tie: have a process that shares none of the eight kinds with your shell',
  needs: ['apart'],
  points: 10,
  kind: 'edge',
  check: (lab) => others(lab).some(({ apart }) => apart.length === namespaceKinds.length),
  hints: [
    {
      id: 'unborn',
      when: (lab) =>
        others(lab).some(({ apart }) => apart.length === namespaceKinds.length - 1 && !apart.includes('pid')),
      text: () =>
        'You asked for a new PID namespace, but a process cannot change its own number: only its children are born ' +
        'inside. Add --fork, and unshare starts the command as a child.',
    },
    {
      id: 'still-shared',
      when: (lab) => others(lab).some(({ apart }) => apart.length >= 3),
      text(lab) {
        const best = others(lab).sort((a, b) => b.apart.length - a.apart.length)[0];
        const shared = namespaceKinds.filter((kind) => !best?.apart.includes(kind));
        return `Process ${best?.process.nsPids[0]} (${best?.process.command}) comes closest. It still shares: ${shared.join(', ')}.`;
      },
    },
    {
      id: 'unshare-help',
      text: () =>
        'unshare --help lists an option for each kind: --mount --uts --ipc --net --pid --user --cgroup --time. ' +
        'A new PID namespace also wants --fork.',
    },
  ],
  solutions: [
    {
      title: 'All the options',
      steps: ['unshare --mount --uts --ipc --net --pid --user --cgroup --time --fork sleep 1000 &'],
    },
    { title: 'In short, as a mapped root', steps: ['unshare -muinpCTr --fork sleep 1000 &'] },
  ],
  pitfalls: [
    {
      title: 'No fork',
      steps: ['unshare --mount --uts --ipc --net --pid --user --cgroup --time sleep 1000 &'],
      hint: 'unborn',
    },
    {
      title: 'The six that containers usually get',
      steps: ['unshare --mount --uts --ipc --net --pid --cgroup --fork sleep 1000 &'],
      hint: 'still-shared',
    },
  ],
};

const predictLife: Task<Names> = {
  id: 'predict-life',
  title:
    'Predict: the last process in a namespace ends, and nothing else refers to it. Write gone or kept into ~/guess-life',
  needs: ['apart'],
  points: 5,
  check: async (lab) => (await answerIn(lab, '/root/guess-life'))?.toLowerCase() === 'gone',
  hints: [
    {
      id: 'who-would-clean',
      when: async (lab) => (await answerIn(lab, '/root/guess-life'))?.toLowerCase() === 'kept',
      text: () =>
        'If it were kept, somebody would have to remove it later. By what name? The kernel counts references, to files ' +
        'as to namespaces.',
    },
    { id: 'one-word', text: () => 'echo gone > ~/guess-life, or echo kept > ~/guess-life. Then try it.' },
  ],
  solutions: [{ title: 'Counted references', steps: ['echo gone > ~/guess-life'] }],
  pitfalls: [{ title: 'It stays until it is removed', steps: ['echo kept > ~/guess-life'], hint: 'who-would-clean' }],
};

const keep = '/root/keep';

/** UTS namespaces somebody made and named as the task wants. */
function lighthouses(lab: LabHandle, names: Names): Namespace[] {
  return madeNamespaces(lab.state, 'uts').filter((ns) => ns.hostname === names.lighthouse);
}

const pin: Task<Names> = {
  id: 'pin',
  title: 'Keep a UTS namespace with the host name {{lighthouse}} at ~/keep, with no process in it',
  needs: ['predict-life'],
  points: 15,
  check(lab, names) {
    const ns = pinnedAt(lab.state, 'lab', keep);
    return (
      ns !== undefined &&
      ns.kind === 'uts' &&
      ns.hostname === names.lighthouse &&
      processesIn(lab.state, ns.id).length === 0
    );
  },
  hints: [
    {
      id: 'pinned-your-own',
      when(lab) {
        const ns = pinnedAt(lab.state, 'lab', keep);
        return ns !== undefined && lab.state.machines.lab?.namespaces[ns.kind] === ns.id;
      },
      text: () =>
        'You pinned the namespace that you live in yourself. umount ~/keep, and make a new one while you pin: ' +
        'unshare --uts=FILE does both.',
    },
    {
      id: 'still-inhabited',
      when(lab, names) {
        const ns = pinnedAt(lab.state, 'lab', keep);
        return ns !== undefined && ns.hostname === names.lighthouse;
      },
      text: () => 'Pinned and named. Now everybody has to leave: exit the shell in it, or end what runs there.',
    },
    {
      id: 'wrong-name',
      when: (lab) => pinnedAt(lab.state, 'lab', keep)?.kind === 'uts',
      text: (lab, names) =>
        `It is pinned, and its host name is ${pinnedAt(lab.state, 'lab', keep)?.hostname}. Enter it and change that: ` +
        `nsenter --uts=/root/keep hostname ${names.lighthouse}`,
    },
    {
      id: 'not-pinned',
      when: (lab, names) => lighthouses(lab, names).length > 0,
      text: () =>
        'A namespace with that name exists, held by a process alone. When the process ends it is gone. Bind its file ' +
        'to something first: mount --bind /proc/PID/ns/uts ~/keep.',
    },
    {
      id: 'renamed-the-machine',
      when: (lab, names) =>
        Object.values(lab.state.namespaces).some(
          (ns) => ns.hostname === names.lighthouse && lab.state.machines.lab?.namespaces.uts === ns.id,
        ),
      text: () =>
        'You renamed the whole Machine. Give it its name back (hostname lab), and rename in a namespace of its own.',
    },
    {
      id: 'file-first',
      text: () =>
        'A bind mount needs something to be mounted on: touch ~/keep. Then unshare --uts=/root/keep COMMAND makes a ' +
        'namespace, pins it there and runs COMMAND in it: hostname can be that command.',
    },
  ],
  solutions: [
    { title: 'unshare pins', steps: ['touch ~/keep', 'unshare --uts=/root/keep hostname {{lighthouse}}'] },
    {
      title: 'A bind mount by hand, from within',
      steps: [
        'touch ~/keep',
        "unshare --uts sh -c 'hostname {{lighthouse}}; mount --bind /proc/self/ns/uts /root/keep'",
      ],
    },
    {
      title: 'Pin first, rename later',
      steps: ['touch ~/keep', 'unshare --uts=/root/keep true', 'nsenter --uts=/root/keep hostname {{lighthouse}}'],
    },
  ],
  pitfalls: [
    {
      title: 'Pinning the one you live in',
      steps: ['touch ~/keep', 'mount --bind /proc/self/ns/uts ~/keep'],
      hint: 'pinned-your-own',
    },
    { title: 'No name', steps: ['touch ~/keep', 'unshare --uts=/root/keep true'], hint: 'wrong-name' },
    {
      title: 'Held by a process only',
      steps: ["unshare --uts sh -c 'hostname {{lighthouse}}; exec sleep 1000' &"],
      hint: 'not-pinned',
    },
    {
      title: 'Somebody is still in',
      steps: ['touch ~/keep', "unshare --uts=/root/keep sh -c 'hostname {{lighthouse}}; exec sleep 1000' &"],
      hint: 'still-inhabited',
    },
    { title: 'The wrong host name', steps: ['hostname {{lighthouse}}'], hint: 'renamed-the-machine' },
    { title: 'Nothing to mount on', steps: ['unshare --uts=/root/keep hostname {{lighthouse}}'], hint: 'file-first' },
  ],
};

export const livingTasks = { apart, enter, allEight, predictLife, pin };
