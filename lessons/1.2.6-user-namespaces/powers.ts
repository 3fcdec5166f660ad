/** Tasks on capabilities: what root in a user namespace can do, and over what. */
import { type LabState, machineNamespace, madeNamespaces, type Namespace } from '../../engine/state';
import { lettersIn } from '../answers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { home, insiders, isLearners, madeOwner, type Names } from './users';

const answer = `${home}/verdict`;

/** True when the answer has the letter. */
async function claims(lab: LabHandle, letter: string): Promise<boolean> {
  return (await lettersIn(lab, answer))?.includes(letter) ?? false;
}

export const verdict: Task<Names> = {
  id: 'verdict',
  title: 'Predict which of the six root may do in there, and write the letters to ~/verdict',
  points: 10,
  kind: 'edge',
  check: async (lab) => (await lettersIn(lab, answer)) === 'ac',
  hints: [
    {
      id: 'shadow',
      when: (lab) => claims(lab, 'b'),
      text: () =>
        '/etc/shadow belongs to uid 0 of the Machine, who has no number in your namespace. To override permissions of a file, a capability is needed in a namespace that has a number for its owner.',
    },
    {
      id: 'hostname',
      when: (lab) => claims(lab, 'd'),
      text: () =>
        'That shell has its own mounts and its own network, and the UTS namespace of the Machine, which is owned by somebody else.',
    },
    {
      id: 'chown',
      when: (lab) => claims(lab, 'e'),
      text: () =>
        'daemon is uid 1. Your map has a single entry; there is no 1 in it, so there is nothing the kernel could write into the inode.',
    },
    {
      id: 'device',
      when: (lab) => claims(lab, 'f'),
      text: () =>
        'Device nodes are doors to the hardware, and hardware is in no namespace. mknod asks for the capability in the initial user namespace.',
    },
    {
      id: 'owned-by-yours',
      text: () =>
        'Ask of each: which namespace is the thing in, and who owns that namespace? Two of the six concern namespaces made together with yours. Try them: unshare --map-root-user --mount --net bash.',
    },
  ],
  solutions: [{ title: 'What your namespace owns', steps: ['echo ac > ~/verdict'] }],
  pitfalls: [
    { title: 'Root reads everything', steps: ['echo abc > ~/verdict'], hint: 'shadow' },
    { title: 'Root names the computer', steps: ['echo acd > ~/verdict'], hint: 'hostname' },
    { title: 'Root gives files away', steps: ['echo ace > ~/verdict'], hint: 'chown' },
    { title: 'Root makes devices', steps: ['echo acf > ~/verdict'], hint: 'device' },
  ],
};

function namedUts(state: LabState, name: string): Namespace | undefined {
  return madeNamespaces(state, 'uts').find((ns) => ns.hostname === name);
}

export const rename: Task<Names> = {
  id: 'rename',
  title: 'Without sudo, be on a computer called {{name}}',
  points: 10,
  kind: 'edge',
  check: ({ state }, { name }) => isLearners(madeOwner(state, namedUts(state, name))),
  hints: [
    {
      id: 'with-sudo',
      when: ({ state }, { name }) =>
        namedUts(state, name) !== undefined ||
        state.namespaces[machineNamespace(state, 'lab', 'uts') ?? '']?.hostname === name,
      text: () =>
        "That was done by the Machine's root: the UTS namespace with that name is owned by the initial user namespace. (If it is the Machine's own: sudo hostname lab puts it back.) You can own one yourself.",
    },
    {
      id: 'not-yours',
      when: ({ state }) =>
        insiders(state).some(({ process }) => process.namespaces.uts === machineNamespace(state, 'lab', 'uts')),
      text: ({ state }) => {
        const found = insiders(state).find(
          ({ process }) => process.namespaces.uts === machineNamespace(state, 'lab', 'uts'),
        );
        const uts = state.namespaces[found?.process.namespaces.uts ?? ''];
        return `${found?.process.command} (${found?.process.nsPids[0]}) is in ${found?.user.id}, but its UTS namespace ${uts?.id} is owned by another user namespace. A capability counts only for what your user namespace owns: make both at once.`;
      },
    },
    {
      id: 'both-at-once',
      text: (_, { name }) =>
        `unshare --map-root-user --uts bash makes a user namespace and a UTS namespace owned by it. In there, hostname ${name} is your right.`,
    },
  ],
  solutions: [
    {
      title: 'Both namespaces at once',
      steps: [{ terminal: 'computer', user: 'learner' }, 'unshare --map-root-user --uts bash', 'hostname {{name}}'],
    },
    {
      title: 'One after the other',
      steps: [
        { terminal: 'computer', user: 'learner' },
        'unshare --map-root-user bash',
        'unshare --uts bash',
        'hostname {{name}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: "Root, in the Machine's UTS namespace",
      steps: [{ terminal: 'computer', user: 'learner' }, 'unshare --map-root-user bash', 'hostname {{name}}'],
      hint: 'not-yours',
    },
    { title: 'sudo', steps: ['sudo hostname {{name}}'], hint: 'with-sudo' },
    {
      title: 'A namespace, made by sudo',
      steps: ["sudo unshare --uts sh -c 'hostname {{name}}; exec sleep 3000' &"],
      hint: 'with-sudo',
    },
  ],
};
