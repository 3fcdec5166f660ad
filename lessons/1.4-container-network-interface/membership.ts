/** Tasks on joining networks and leaving them, with the learner as the runtime. */
import { addressIn, attachmentTo, containerDevice, containerNs, lastFailure } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import type { Names } from './names';

const isIn = (address: string | undefined, net: string) => address?.startsWith(`${net}.`) ?? false;

/** The interface by which the container is in a network with these addresses. */
function interfaceIn({ state }: LabHandle, container: string, net: string): string | undefined {
  return ['eth0', 'eth1', 'eth2', 'net0', 'net1'].find((ifname) => isIn(addressIn(state, container, ifname), net));
}

export const join: Task<Names> = {
  id: 'join',
  title: 'Be the runtime: attach {{idle}} to the network {{front}}',
  points: 10,
  kind: 'edge',
  check: (lab, { front, frontNet, idle }) =>
    attachmentTo(lab.state, front, idle) !== undefined && interfaceIn(lab, idle, frontNet) !== undefined,
  hints: [
    {
      id: 'wrong-network',
      when: ({ state }, { back, idle }) => attachmentTo(state, back, idle) !== undefined,
      text: (_, { back, front, idle }) =>
        `${idle} is attached now, but to ${back}. Take it off (cnitool del ${back} /run/netns/${idle}) and attach it to ${front}.`,
    },
    {
      id: 'not-the-plugins',
      when: (lab, { frontNet, idle }) => interfaceIn(lab, idle, frontNet) !== undefined,
      text: (_, { idle }) =>
        `${idle} has an address of that network, but no plugin was asked: nobody has written down that the address is taken, and the next container may get it, too. Remove the device and let cnitool do it.`,
    },
    {
      id: 'by-path',
      text: ({ state }, { front, idle }) =>
        `${lastFailure(state) ?? ''} cnitool add NETWORK NAMESPACE: the network by its name, the container by the path of its namespace, /run/netns/${idle}. cnitool add ${front} and the path.`.trim(),
    },
  ],
  solutions: [
    { title: 'cnitool add', steps: ['cnitool add {{front}} /run/netns/{{idle}}'] },
    {
      title: 'The same, with what passes',
      steps: ['cnitool --trace add {{front}} /run/netns/{{idle}} 2> ~/trace'],
    },
  ],
  pitfalls: [
    { title: 'The other network', steps: ['cnitool add {{back}} /run/netns/{{idle}}'], hint: 'wrong-network' },
    {
      title: 'By hand, behind the back of the plugins',
      steps: [
        'ip link add to-{{idle}} up master br-{{front}} type veth peer name eth0 netns {{idle}}',
        'ip -n {{idle}} address add {{frontNet}}.77/24 dev eth0; ip -n {{idle}} link set eth0 up',
      ],
      hint: 'not-the-plugins',
    },
    { title: 'A name where a path belongs', steps: ['cnitool add {{front}} {{idle}}'], hint: 'by-path' },
  ],
};

export const twoNetworks: Task<Names> = {
  id: 'two-networks',
  title: 'Attach {{idle}} to {{back}} as well, without taking it from {{front}}',
  needs: ['join'],
  points: 10,
  kind: 'edge',
  check: (lab, { front, back, frontNet, backNet, idle }) =>
    attachmentTo(lab.state, front, idle) !== undefined &&
    attachmentTo(lab.state, back, idle) !== undefined &&
    interfaceIn(lab, idle, frontNet) !== undefined &&
    interfaceIn(lab, idle, backNet) !== undefined,
  hints: [
    {
      id: 'moved',
      when: (lab, { backNet, frontNet, idle }) =>
        interfaceIn(lab, idle, backNet) !== undefined && interfaceIn(lab, idle, frontNet) === undefined,
      text: (_, { back, front, idle }) =>
        `${idle} is in ${back} now, and no longer in ${front}. A container can be in both: add it to ${front} again, under an interface name that is free.`,
    },
    {
      id: 'name-taken',
      when: ({ state }) => lastFailure(state)?.includes('already exists') ?? false,
      text: ({ state }, { idle }) =>
        `${lastFailure(state)} In a container each attachment is an interface with a name of its own, and ${idle} has an eth0. The runtime chooses the name: CNI_IFNAME=eth1 in front of the command.`,
    },
    {
      id: 'second-interface',
      text: (_, { back, idle }) =>
        `CNI_IFNAME=eth1 cnitool add ${back} and the path of ${idle}'s namespace. Without CNI_IFNAME, cnitool asks for eth0.`,
    },
  ],
  solutions: [{ title: 'A second interface', steps: ['CNI_IFNAME=eth1 cnitool add {{back}} /run/netns/{{idle}}'] }],
  pitfalls: [
    {
      title: 'Twice the same interface name',
      steps: ['cnitool add {{back}} /run/netns/{{idle}}'],
      hint: 'name-taken',
    },
    {
      title: 'Out of one, into the other',
      steps: ['cnitool del {{front}} /run/netns/{{idle}}', 'cnitool add {{back}} /run/netns/{{idle}}'],
      hint: 'moved',
    },
  ],
};

export const leave: Task<Names> = {
  id: 'leave',
  title: 'Detach {{one}} from {{front}}, so that its address is free again; the container itself stays',
  points: 10,
  kind: 'edge',
  check: ({ state }, { front, one }) =>
    containerNs(state, one) !== undefined &&
    containerDevice(state, one) === undefined &&
    attachmentTo(state, front, one) === undefined,
  hints: [
    {
      id: 'container-gone',
      when: ({ state }, { one }) => containerNs(state, one) === undefined,
      text: ({ state }, { front, one }) =>
        `${one} is gone altogether: you removed the container, not the attachment. ${attachmentTo(state, front, one) ? `Nobody told the plugins, so ${attachmentTo(state, front, one)?.addresses[0]} is still booked (ls /var/lib/cni/networks/${front}). ` : ''}Make it again (ip netns add ${one}); cnitool del frees what it had.`,
    },
    {
      id: 'behind-its-back',
      when: ({ state }, { one }) => containerDevice(state, one) === undefined,
      text: ({ state }, { front, one }) =>
        `The interface is gone, but ${attachmentTo(state, front, one)?.addresses[0] ?? 'its address'} is still booked for it: ls /var/lib/cni/networks/${front}. Only the plugins know all that belongs to an attachment. cnitool del works now, too.`,
    },
    {
      id: 'del',
      text: (_, { front, one }) =>
        `The opposite of cnitool add is cnitool del, with the same two words: ${front} and the path of ${one}'s namespace.`,
    },
  ],
  solutions: [{ title: 'cnitool del', steps: ['cnitool del {{front}} /run/netns/{{one}}'] }],
  pitfalls: [
    { title: 'Removing the container', steps: ['ip netns del {{one}}'], hint: 'container-gone' },
    { title: 'Removing the interface', steps: ['ip -n {{one}} link del eth0'], hint: 'behind-its-back' },
  ],
};
