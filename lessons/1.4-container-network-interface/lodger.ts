/** The challenge: a container that is nothing but a running program, and has no name. */
import { addressesOf, attachmentsOf, type LabState, type NetDevice, type Process } from '../../engine/state';
import { answerIn } from '../answers';
import { lastFailure } from '../cni';
import type { Task } from '../define';
import type { Names } from './names';

function server(state: LabState): Process | undefined {
  return Object.values(state.processes).find(
    ({ args, namespaces, machine }) =>
      args.includes('/srv/lodger') && namespaces.net !== state.machines[machine]?.namespaces.net,
  );
}

/** The device by which the program is in the network, and its address. */
function seat(state: LabState, net: string): { device: NetDevice; cidr: string } | undefined {
  const ns = server(state)?.namespaces.net;
  for (const device of Object.values(state.devices)) {
    const cidr = device.ns === ns ? addressesOf(state, device).find((one) => one.startsWith(`${net}.`)) : undefined;
    if (cidr !== undefined) return { device, cidr };
  }
  return undefined;
}

const isBooked = (state: LabState, { back, backNet }: Names) =>
  attachmentsOf(state, 'lab', back).some(({ addresses }) => addresses.includes(seat(state, backNet)?.cidr ?? ''));

const fetch =
  'ip netns exec {{other}} curl -s --max-time 5 http://$(jq -r ".ips[0].address" ~/result | cut -d / -f 1):8000/ > ~/page';

export const lodger: Task<Names> = {
  id: 'lodger',
  title:
    'Challenge: a web server runs in a network namespace that has no name. Attach it to {{back}}, and fetch its page (port 8000) from {{other}} into ~/page',
  points: 25,
  challenge: true,
  check: async (lab, names) =>
    isBooked(lab.state, names) && ((await answerIn(lab, '/root/page'))?.includes(names.word) ?? false),
  hints: [
    {
      id: 'server-gone',
      when: ({ state }) => server(state) === undefined,
      text: () =>
        'The server does not run any more. Start it again: unshare --net busybox httpd -f -p 8000 -h /srv/lodger &',
    },
    {
      id: 'wrong-network',
      when: ({ state }, { frontNet, backNet }) =>
        seat(state, backNet) === undefined && seat(state, frontNet) !== undefined,
      text: (_, { back, other }) => `The server is in a network, but ${other} is not in that one: it is in ${back}.`,
    },
    {
      id: 'no-seat',
      when: ({ state }, { backNet }) => seat(state, backNet) === undefined,
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} A namespace needs no name: every process shows its own as a file under /proc. pgrep httpd finds the process; the path goes where /run/netns/NAME went before.`.trim(),
    },
    {
      id: 'fetch',
      text: ({ state }, { backNet, other }) =>
        `It is attached, as ${seat(state, backNet)?.cidr.split('/')[0]}. Now ask from within the network: ip netns exec ${other} curl -s http://ADDRESS:8000/ > ~/page`,
    },
  ],
  solutions: [
    {
      title: 'By giving it a name first',
      steps: [
        'ip netns attach lodger $(pgrep -f "^busybox httpd")',
        'cnitool add {{back}} /run/netns/lodger > ~/result',
        fetch,
      ],
    },
    {
      title: 'By the path that its process has',
      steps: ['cnitool add {{back}} /proc/$(pgrep -f "^busybox httpd")/ns/net > ~/result', fetch],
    },
  ],
  pitfalls: [
    {
      title: 'The network it cannot be asked from',
      steps: ['cnitool add {{front}} /proc/$(pgrep -f "^busybox httpd")/ns/net'],
      hint: 'wrong-network',
    },
    {
      title: "The Machine's own namespace",
      steps: ['cnitool add {{back}} /proc/self/ns/net'],
      hint: 'no-seat',
    },
  ],
};
