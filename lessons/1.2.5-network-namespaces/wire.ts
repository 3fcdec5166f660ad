/** Tasks on the simplest network: nobody, then two hosts and a cable. */
import type { LabState } from '../../engine/state';
import { answerIn } from '../answers';
import type { Task } from '../define';
import { bearerOf, hostAt, hosts, isLoopbackUp, listensAt, machineNet, type Names, otherEnd, pagePort } from './hosts';

export const ownStack: Task<Names> = {
  id: 'own-stack',
  title: 'Make a network namespace, and make it able to reach at least itself',
  points: 5,
  kind: 'edge',
  check: ({ state }) => hosts(state).some((ns) => isLoopbackUp(state, ns)),
  hints: [
    {
      id: 'loopback-down',
      when: ({ state }) => hosts(state).length > 0,
      text: ({ state }) =>
        `${hosts(state)[0]} exists, and its only device, lo, is down: even 127.0.0.1 cannot be reached in there. Set lo up in that namespace: ip -n NAME link set lo up.`,
    },
    {
      id: 'netns-add',
      text: () =>
        'ip netns add red makes one and pins it at /run/netns/red. (unshare --net bash makes one that lasts as long as the shell.) Then look at ip -n red link.',
    },
  ],
  solutions: [
    { title: 'ip netns', steps: ['ip netns add red', 'ip -n red link set lo up'] },
    {
      title: 'unshare',
      steps: [{ terminal: 'red' }, 'unshare --net bash', 'ip link set lo up', 'ping -c 1 127.0.0.1'],
    },
  ],
  pitfalls: [
    { title: 'Only made', steps: ['ip netns add red'], hint: 'loopback-down' },
    { title: "Setting up the Machine's own", steps: ['ip link set lo up'], hint: 'netns-add' },
  ],
};

/** What is not right yet about one end of the cable, in words; null when it is right. */
function faultOfEnd(
  state: LabState,
  address: string,
): { kind: 'missing' | 'outside' | 'alone' | 'down'; text: string } | null {
  const bearer = bearerOf(state, address);
  if (bearer === undefined) return { kind: 'missing', text: `No device has the address ${address}.` };
  const { device, prefix } = bearer;
  if (!hosts(state).includes(device.ns)) {
    return { kind: 'outside', text: `${address} is on ${device.name} in the Machine itself.` };
  }
  if (prefix === 32) {
    return { kind: 'alone', text: `${address} has the prefix /32, a network of one: nothing else is in it.` };
  }
  return device.up ? null : { kind: 'down', text: `${device.name}, which has ${address}, is down.` };
}

function faultsOfCable(state: LabState, vars: Names) {
  return [faultOfEnd(state, vars.cableRed), faultOfEnd(state, vars.cableBlue)].filter((fault) => fault !== null);
}

export const cable: Task<Names> = {
  id: 'cable',
  title:
    'Join two namespaces, red and blue, by a veth pair: {{cableRed}}/24 at one end, {{cableBlue}}/24 at the other, both up',
  points: 10,
  kind: 'edge',
  check({ state }, vars) {
    if (faultsOfCable(state, vars).length > 0) return false;
    const [red, blue] = [hostAt(state, vars.cableRed), hostAt(state, vars.cableBlue)];
    if (red === undefined || blue === undefined || red.ns === blue.ns) return false;
    const end = otherEnd(state, red);
    return end?.ns === blue.ns && end.index === blue.index;
  },
  hints: [
    {
      id: 'outside',
      when: ({ state }, vars) => faultsOfCable(state, vars).some((fault) => fault.kind === 'outside'),
      text: ({ state }, vars) =>
        `${faultsOfCable(state, vars)[0]?.text} Move the device first (ip link set DEVICE netns red), then give it the address: moving takes addresses away.`,
    },
    {
      id: 'network-of-one',
      when: ({ state }, vars) => faultsOfCable(state, vars).some((fault) => fault.kind === 'alone'),
      text: ({ state }, vars) =>
        `${faultsOfCable(state, vars).find((fault) => fault.kind === 'alone')?.text} That is what ip makes of an address without a prefix length. Remove it and add it with /24.`,
    },
    {
      id: 'down',
      when: ({ state }, vars) => faultsOfCable(state, vars).some((fault) => fault.kind === 'down'),
      text: ({ state }, vars) =>
        `${faultsOfCable(state, vars).find((fault) => fault.kind === 'down')?.text} A new or moved device always is; a pair has carrier only when both ends are up.`,
    },
    {
      id: 'address-missing',
      when: ({ state }) =>
        Object.values(state.devices).some((device) => device.kind === 'veth' && hosts(state).includes(device.ns)),
      text: ({ state }, vars) =>
        `${faultsOfCable(state, vars)[0]?.text ?? 'The two addresses are not on the two ends of one pair.'} There is a veth device in a namespace; see ip -n NAME -br address. If you gave it an address before you moved it, the move took it away.`,
    },
    {
      id: 'veth-pair',
      text: () =>
        'Make a second namespace, blue. ip link add cable0 netns red type veth peer name cable0 netns blue makes the pair with its ends in the right places. Then an address and up, at both ends.',
    },
  ],
  solutions: [
    {
      title: 'Ends born in their namespaces',
      steps: [
        'ip netns add red 2> /dev/null; ip netns add blue',
        'ip link add cable0 netns red type veth peer name cable0 netns blue',
        'ip -n red address add {{cableRed}}/24 dev cable0; ip -n red link set cable0 up',
        'ip -n blue address add {{cableBlue}}/24 dev cable0; ip -n blue link set cable0 up',
      ],
    },
    {
      title: 'Two shells, and ends that are moved there',
      steps: [
        { terminal: 'red' },
        'unshare --net bash',
        'echo $$ > /tmp/red',
        { terminal: 'blue' },
        'unshare --net bash',
        'echo $$ > /tmp/blue',
        { terminal: 'machine' },
        'ip link add to-blue type veth peer name to-red',
        'ip link set to-blue netns $(cat /tmp/red); ip link set to-red netns $(cat /tmp/blue)',
        { terminal: 'red' },
        'ip address add {{cableRed}}/24 dev to-blue; ip link set to-blue up',
        { terminal: 'blue' },
        'ip address add {{cableBlue}}/24 dev to-red; ip link set to-red up',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Addresses first, then the move',
      steps: [
        'ip netns add red 2> /dev/null; ip netns add blue',
        'ip link add to-blue type veth peer name to-red',
        'ip address add {{cableRed}}/24 dev to-blue; ip address add {{cableBlue}}/24 dev to-red',
        'ip link set to-blue netns red; ip link set to-red netns blue',
        'ip -n red link set to-blue up; ip -n blue link set to-red up',
      ],
      hint: 'address-missing',
    },
    {
      title: 'Never moved',
      steps: [
        'ip link add to-blue type veth peer name to-red',
        'ip address add {{cableRed}}/24 dev to-blue; ip address add {{cableBlue}}/24 dev to-red',
        'ip link set to-blue up; ip link set to-red up',
      ],
      hint: 'outside',
    },
    {
      title: 'One end down',
      steps: [
        'ip netns add red 2> /dev/null; ip netns add blue',
        'ip link add cable0 netns red type veth peer name cable0 netns blue',
        'ip -n red address add {{cableRed}}/24 dev cable0; ip -n red link set cable0 up',
        'ip -n blue address add {{cableBlue}}/24 dev cable0',
      ],
      hint: 'down',
    },
    {
      title: 'No prefix length',
      steps: [
        'ip netns add red 2> /dev/null; ip netns add blue',
        'ip link add cable0 netns red type veth peer name cable0 netns blue',
        'ip -n red address add {{cableRed}} dev cable0; ip -n red link set cable0 up',
        'ip -n blue address add {{cableBlue}} dev cable0; ip -n blue link set cable0 up',
      ],
      hint: 'network-of-one',
    },
  ],
};

function redListens(state: LabState, vars: Names): boolean {
  const red = hostAt(state, vars.cableRed);
  return red !== undefined && listensAt(state, red.ns, pagePort);
}

export const talk: Task<Names> = {
  id: 'talk',
  title: 'Serve /srv/red at port 8000 in red, and fetch the page from blue into /root/heard',
  needs: ['cable'],
  points: 10,
  kind: 'edge',
  check: async (lab, vars) =>
    redListens(lab.state, vars) && ((await answerIn(lab, '/root/heard'))?.includes(vars.word) ?? false),
  hints: [
    {
      id: 'served-outside',
      when: ({ state }) => listensAt(state, machineNet(state), pagePort),
      text: () =>
        'The server listens in the namespace of the Machine. Ports belong to a network namespace too: end it, and start it with ip netns exec red in front.',
    },
    {
      id: 'not-served',
      when: ({ state }, vars) => !redListens(state, vars),
      text: () =>
        'Nothing listens at port 8000 in red. ip netns exec red busybox httpd -p 8000 -h /srv/red starts a small server in there.',
    },
    {
      id: 'fetch-from-blue',
      text: (_, vars) =>
        `Red serves. Now from blue: ip netns exec blue curl http://${vars.cableRed}:8000/ > /root/heard. The Machine itself is not on that cable and gets no answer.`,
    },
  ],
  solutions: [
    {
      title: 'busybox httpd and curl',
      steps: [
        'ip netns exec red busybox httpd -p 8000 -h /srv/red',
        'ip netns exec blue curl -s http://{{cableRed}}:8000/ > /root/heard',
      ],
    },
    {
      title: 'Python',
      steps: [
        'ip netns exec red python3 -m http.server --directory /srv/red 8000 > /dev/null 2>&1 &',
        'until ip netns exec red ss -ltn | grep -q :8000; do sleep 0.1; done',
        'ip netns exec blue curl -s http://{{cableRed}}:8000/ > /root/heard',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A server in the Machine',
      steps: ['busybox httpd -p 8000 -h /srv/red', 'curl -s http://127.0.0.1:8000/ > /root/heard'],
      hint: 'served-outside',
    },
    {
      title: 'Asking from the Machine',
      steps: [
        'ip netns exec red busybox httpd -p 8000 -h /srv/red',
        'curl -s --max-time 1 http://{{cableRed}}:8000/ > /root/heard',
      ],
      hint: 'fetch-from-blue',
    },
  ],
};
