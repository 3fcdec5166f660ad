/** Tasks on a network with two addresses: full, asked, and freed of its ghosts. */
import { attachmentTo, containerNs, errorOf, lastFailure } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { booked, delegated, isAbout, type Names } from './names';

const refused = ({ state }: LabHandle, command: string, code: number, { tiny }: Names) =>
  delegated(state, 'host-local', command).some((call) => isAbout(call, tiny) && errorOf(call)?.code === code);

/** Attaches two, then a third. */
const fill = 'for name in one two three; do cnitool add {{tiny}} /run/netns/$name > ~/result; done';

export const full: Task<Names> = {
  id: 'full',
  title: 'Attach containers to {{tiny}} until host-local has no address left to give',
  points: 10,
  kind: 'edge',
  check: (lab, names) => refused(lab, 'ADD', 11, names),
  hints: [
    {
      id: 'same-container',
      when: ({ state }) => lastFailure(state)?.includes('already exists') ?? false,
      text: ({ state }) =>
        `${lastFailure(state)} That container has its eth0 already, and host-local was not even asked. Take another one: one, two, three.`,
    },
    {
      id: 'more',
      when: async (lab, { tiny }) => (await booked(lab, tiny)).length > 0,
      text: async (lab, { tiny }) =>
        `Booked so far: ${(await booked(lab, tiny)).join(', ')}. Go on, with other containers, until the answer is an error.`,
    },
    {
      id: 'begin',
      text: (_, { tiny }) =>
        `cnitool add ${tiny} /run/netns/one, then two, and so on. There are three such containers.`,
    },
  ],
  solutions: [
    { title: 'One after the other', steps: [fill] },
    {
      title: 'One container, several interfaces',
      steps: ['for i in 0 1 2; do CNI_IFNAME=eth$i cnitool add {{tiny}} /run/netns/one > ~/result; done'],
    },
  ],
  pitfalls: [
    {
      title: 'The same container again',
      steps: ['for i in 1 2; do cnitool add {{tiny}} /run/netns/one > ~/result; done'],
      hint: 'same-container',
    },
    {
      title: 'Not yet',
      steps: ['cnitool add {{tiny}} /run/netns/one > ~/result'],
      hint: 'more',
    },
  ],
};

export const asked: Task<Names> = {
  id: 'asked',
  title: 'Have the network {{tiny}} say by STATUS that it can take nobody',
  needs: ['full'],
  points: 10,
  kind: 'edge',
  check: (lab, names) => refused(lab, 'STATUS', 50, names),
  hints: [
    {
      id: 'other-network',
      when: ({ state }, { wide }) => delegated(state, 'host-local', 'STATUS').some((call) => isAbout(call, wide)),
      text: (_, { wide, tiny }) => `You have asked ${wide}, which has plenty. The full one is ${tiny}.`,
    },
    {
      id: 'room-again',
      when: ({ state }, { tiny }) =>
        delegated(state, 'host-local', 'STATUS').some((call) => isAbout(call, tiny) && call.exitCode === 0),
      text: async (lab, { tiny }) =>
        `It was asked, and said yes: only ${(await booked(lab, tiny)).length} of two addresses are booked. Fill it up again.`,
    },
    { id: 'status', text: (_, { tiny }) => `cnitool status ${tiny}. The runtime asks bridge; whom does bridge ask?` },
  ],
  solutions: [
    { title: 'cnitool status', steps: ['cnitool status {{tiny}}'] },
    {
      title: 'bridge itself, by hand',
      steps: [
        `jq -c '.plugins[0] + {name, cniVersion}' /etc/cni/net.d/20-{{tiny}}.conflist | CNI_COMMAND=STATUS CNI_PATH=/opt/cni/bin /opt/cni/bin/bridge`,
      ],
    },
  ],
  pitfalls: [
    { title: 'The other network', steps: ['cnitool status {{wide}}'], hint: 'other-network' },
    {
      title: 'After somebody has left',
      steps: ['cnitool del {{tiny}} /run/netns/one', 'cnitool status {{tiny}}'],
      hint: 'room-again',
    },
  ],
};

const isIn = ({ state }: LabHandle, { tiny }: Names, name: string) => attachmentTo(state, tiny, name) !== undefined;

export const ghost: Task<Names> = {
  id: 'ghost',
  title:
    'Challenge: {{tiny}} is full, and the container one dies without a word (ip netns del one). Attach three in its place; two must not notice',
  needs: ['full'],
  points: 25,
  challenge: true,
  check: async (lab, names) =>
    containerNs(lab.state, 'one') === undefined &&
    !isIn(lab, names, 'one') &&
    isIn(lab, names, 'three') &&
    isIn(lab, names, 'two') &&
    (await booked(lab, names.tiny)).length === 2,
  hints: [
    {
      id: 'still-alive',
      when: ({ state }) => containerNs(state, 'one') !== undefined,
      text: () => 'one is still alive. Let it die first, without telling anybody: ip netns del one.',
    },
    {
      id: 'swept-away',
      when: (lab, names) => !isIn(lab, names, 'two'),
      text: () =>
        "two is no longer attached. GC removes whatever is not said to be valid, and cnitool says that nothing is. Attach it again, and free one's address alone.",
    },
    {
      id: 'booking-removed',
      when: async (lab, names) => isIn(lab, names, 'one') && (await booked(lab, names.tiny)).length < 2,
      text: () =>
        "You have removed a booking by hand. The address is free, but the runtime still believes in one, and the other plugins' parts of it are there, too. DEL would have seen to all of it, and still can.",
    },
    {
      id: 'ghost-inside',
      when: (lab, names) => isIn(lab, names, 'one'),
      text: (_, { tiny }) =>
        `The dead still holds an address of ${tiny}. Whom do plugins obey, even if the namespace is not there any more?`,
    },
    {
      id: 'now-three',
      text: ({ state }, { tiny }) =>
        `${lastFailure(state) ?? ''} There is room again: cnitool add ${tiny} /run/netns/three`.trim(),
    },
  ],
  solutions: [
    {
      title: 'DEL for the dead',
      steps: [
        'ip netns del one',
        'cnitool del {{tiny}} /run/netns/one; cnitool add {{tiny}} /run/netns/three > ~/result',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Sweeping out all of them',
      steps: ['ip netns del one', 'cnitool gc {{tiny}}; cnitool add {{tiny}} /run/netns/three > ~/result'],
      hint: 'swept-away',
    },
    {
      title: 'Tearing out the booking',
      steps: ['ip netns del one', 'rm /var/lib/cni/networks/{{tiny}}/{{first}}'],
      hint: 'booking-removed',
    },
  ],
};
