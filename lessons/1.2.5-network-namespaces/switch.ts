/** Tasks on a network with a switch in the middle, and a way out of it. */
import { addressesOf, type LabState, type NetDevice } from '../../engine/state';
import type { Task } from '../define';
import { hostAt, machineNet, type Names, otherEnd } from './hosts';

function bridges(state: LabState): NetDevice[] {
  return Object.values(state.devices).filter((device) => device.kind === 'bridge' && device.ns === machineNet(state));
}

/** What is still missing between a host's address and the bridge, in words; null when nothing is. */
function faultOfPort(
  state: LabState,
  address: string,
  bridge: NetDevice,
): { kind: 'host' | 'port'; text: string } | null {
  const device = hostAt(state, address);
  if (device === undefined) return { kind: 'host', text: `No namespace has a device with ${address}.` };
  if (!device.up) return { kind: 'host', text: `${device.name} with ${address} is down.` };
  const port = otherEnd(state, device);
  if (port === undefined || port.ns !== bridge.ns) {
    return { kind: 'host', text: `The other end of the device with ${address} is not in the Machine.` };
  }
  if (port.master !== bridge.index) {
    return {
      kind: 'port',
      text: `${port.name}, the Machine's end towards ${address}, is not a port of ${bridge.name}.`,
    };
  }
  return port.up ? null : { kind: 'port', text: `${port.name}, the Machine's end towards ${address}, is down.` };
}

function faultsOfPorts(state: LabState, vars: Names, bridge: NetDevice) {
  return [faultOfPort(state, vars.red, bridge), faultOfPort(state, vars.blue, bridge)].filter(
    (fault) => fault !== null,
  );
}

export const bridge: Task<Names> = {
  id: 'bridge',
  title:
    'Put red ({{red}}/24) and blue ({{blue}}/24) on a bridge in the Machine, which has the address {{gateway}}/24 there',
  needs: ['cable'],
  points: 10,
  kind: 'edge',
  check: ({ state }, vars) =>
    bridges(state).some(
      (one) =>
        one.up &&
        addressesOf(state, one).includes(`${vars.gateway}/24`) &&
        faultsOfPorts(state, vars, one).length === 0,
    ),
  hints: [
    {
      id: 'no-bridge',
      when: ({ state }) => bridges(state).length === 0,
      text: () => 'There is no bridge in the Machine yet: ip link add br0 type bridge, and set it up.',
    },
    {
      id: 'host-side',
      when: ({ state }, vars) =>
        bridges(state).every((one) => faultsOfPorts(state, vars, one).some((fault) => fault.kind === 'host')),
      text: ({ state }, vars) => {
        const [first] = bridges(state);
        const fault = first && faultsOfPorts(state, vars, first).find((one) => one.kind === 'host');
        return `${fault?.text ?? ''} Each host needs a veth pair of its own: one end, eth0, in the host; the other in the Machine.`;
      },
    },
    {
      id: 'port-side',
      when: ({ state }, vars) => bridges(state).every((one) => faultsOfPorts(state, vars, one).length > 0),
      text: ({ state }, vars) => {
        const [first] = bridges(state);
        return `${(first && faultsOfPorts(state, vars, first)[0]?.text) ?? ''} ip link set PORT master br0 plugs it in; the port has to be up as well.`;
      },
    },
    {
      id: 'bridge-itself',
      text: (_, vars) =>
        `The ports are right. The bridge itself must be up and have ${vars.gateway}/24: it is also the Machine's own device on that network. (An address on a port is of no use: frames that arrive there belong to the bridge.)`,
    },
  ],
  solutions: [
    {
      title: 'A bridge and two ports',
      steps: [
        'ip link add br0 type bridge; ip link set br0 up; ip address add {{gateway}}/24 dev br0',
        'ip link add red-port type veth peer name eth0 netns red; ip link set red-port master br0 up',
        'ip link add blue-port type veth peer name eth0 netns blue; ip link set blue-port master br0 up',
        'ip -n red address add {{red}}/24 dev eth0; ip -n red link set eth0 up',
        'ip -n blue address add {{blue}}/24 dev eth0; ip -n blue link set eth0 up',
        'ip netns exec red ping -c 1 {{blue}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Ports that were never plugged in',
      steps: [
        'ip link add br0 type bridge; ip link set br0 up; ip address add {{gateway}}/24 dev br0',
        'ip link add red-port up type veth peer name eth0 netns red',
        'ip link add blue-port up type veth peer name eth0 netns blue',
        'ip -n red address add {{red}}/24 dev eth0; ip -n red link set eth0 up',
        'ip -n blue address add {{blue}}/24 dev eth0; ip -n blue link set eth0 up',
      ],
      hint: 'port-side',
    },
    {
      title: 'The address on a port instead of the bridge',
      steps: [
        'ip link add br0 type bridge; ip link set br0 up',
        'ip link add red-port type veth peer name eth0 netns red; ip link set red-port master br0 up',
        'ip link add blue-port type veth peer name eth0 netns blue; ip link set blue-port master br0 up',
        'ip address add {{gateway}}/24 dev red-port',
        'ip -n red address add {{red}}/24 dev eth0; ip -n red link set eth0 up',
        'ip -n blue address add {{blue}}/24 dev eth0; ip -n blue link set eth0 up',
      ],
      hint: 'bridge-itself',
    },
    {
      title: 'No bridge: the addresses on the cable',
      steps: ['ip -n red address add {{red}}/24 dev cable0; ip -n blue address add {{blue}}/24 dev cable0'],
      hint: 'no-bridge',
    },
  ],
};

function hasDefaultRoute(state: LabState, ns: string | undefined, gateway: string): boolean {
  return Object.values(state.routes).some(
    (route) => route.ns === ns && route.destination === 'default' && route.gateway === gateway,
  );
}

/** Of red and blue, those without a default route by way of the bridge. */
function lost(state: LabState, vars: Names): string[] {
  return [vars.red, vars.blue].filter((address) => !hasDefaultRoute(state, hostAt(state, address)?.ns, vars.gateway));
}

function forwards(state: LabState): boolean {
  return state.namespaces[machineNet(state)]?.ipForward ?? false;
}

export const wayOut: Task<Names> = {
  id: 'way-out',
  title: 'Give red and blue a default route by way of {{gateway}}, and make the Machine a router',
  needs: ['bridge'],
  points: 10,
  kind: 'edge',
  check: ({ state }, vars) => lost(state, vars).length === 0 && forwards(state),
  hints: [
    {
      id: 'not-a-router',
      when: ({ state }, vars) => lost(state, vars).length === 0,
      text: () =>
        'Both hosts send what is not for their network to the Machine, and the Machine drops it: it is not the addressee, and no router. sysctl -w net.ipv4.ip_forward=1. (The setting belongs to a network namespace.)',
    },
    {
      id: 'without-route',
      text: ({ state }, vars) =>
        `Without a default route by way of ${vars.gateway}: ${lost(state, vars).join(' and ')}. ip -n red route add default via ${vars.gateway}; see ip -n red route. Every namespace has a routing table of its own, and the Machine's is not theirs.`,
    },
  ],
  solutions: [
    {
      title: 'Two routes and a sysctl',
      steps: [
        'ip -n red route add default via {{gateway}}; ip -n blue route add default via {{gateway}}',
        'sysctl -w net.ipv4.ip_forward=1',
      ],
    },
    {
      title: 'Through /proc',
      steps: [
        'for host in red blue; do ip -n $host route add default via {{gateway}} dev eth0; done',
        'echo 1 > /proc/sys/net/ipv4/ip_forward',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'No forwarding',
      steps: ['ip -n red route add default via {{gateway}}; ip -n blue route add default via {{gateway}}'],
      hint: 'not-a-router',
    },
    {
      title: 'A default route in the Machine',
      steps: ['ip route add default via {{gateway}}', 'sysctl -w net.ipv4.ip_forward=1'],
      hint: 'without-route',
    },
    {
      title: 'Forwarding in the wrong namespace',
      steps: [
        'ip -n red route add default via {{gateway}}; ip -n blue route add default via {{gateway}}',
        'ip netns exec red sysctl -w net.ipv4.ip_forward=1',
      ],
      hint: 'not-a-router',
    },
  ],
};
