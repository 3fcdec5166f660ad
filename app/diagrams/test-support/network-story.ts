/** Lesson 1.2.5: two network namespaces on a bridge, routed and masqueraded to the "internet" Machine. */
import { applyPatch, type LabState, type NsId } from '../../../engine/state';
import { add, address, device, machineNamespaces, namespace, oneMachine, process, route, story } from './build';

const lab = machineNamespaces(4026532300);
const internet = machineNamespaces(4026532500);
const red: NsId = 'net:4026532461';
const blue: NsId = 'net:4026532462';

function twoMachines(): LabState {
  const both = applyPatch(oneMachine(), oneMachine('internet', 4026532500, 42000));
  return add(both, {
    devices: [
      device(lab.net, 2, 'eth0', 'veth', { link: { ns: internet.net, index: 2 } }),
      device(internet.net, 2, 'eth0', 'veth', { link: { ns: lab.net, index: 2 } }),
    ],
    addresses: [address(lab.net, 2, '203.0.113.10/24'), address(internet.net, 2, '203.0.113.1/24')],
    routes: [
      route(lab.net, '203.0.113.0/24', 2, { source: '203.0.113.10' }),
      route(internet.net, '203.0.113.0/24', 2, { source: '203.0.113.1' }),
    ],
    sockets: [
      {
        ns: internet.net,
        protocol: 'tcp',
        family: 'ipv4',
        local: '0.0.0.0:80',
        remote: null,
        state: 'listen',
        inode: 991,
      },
    ],
  });
}

const pinned = (id: NsId, name: string) =>
  namespace(id, { ipForward: false, pins: [{ mountNs: lab.mnt, path: `/run/netns/${name}` }] });
const lo = (ns: NsId, up = false) => device(ns, 1, 'lo', 'loopback', { up, operState: up ? 'unknown' : 'down' });

export const networkStory = story('1.2.5 Network', twoMachines(), [
  [
    'ip netns add red; ip netns add blue',
    (state) => add(state, { namespaces: [pinned(red, 'red'), pinned(blue, 'blue')], devices: [lo(red), lo(blue)] }),
  ],
  [
    'ip link add br0 type bridge; ip link set br0 up; ip addr add 10.0.0.1/24 dev br0',
    (state) =>
      add(state, {
        devices: [device(lab.net, 5, 'br0', 'bridge', { operState: 'lowerlayerdown' })],
        addresses: [address(lab.net, 5, '10.0.0.1/24')],
        routes: [route(lab.net, '10.0.0.0/24', 5, { source: '10.0.0.1' })],
      }),
  ],
  [
    'ip link add red0 type veth peer name eth0 netns red; ip link set red0 master br0 up',
    (state) =>
      add(state, {
        devices: [
          device(lab.net, 5, 'br0', 'bridge'),
          device(lab.net, 6, 'red0', 'veth', { master: 5, operState: 'lowerlayerdown', link: { ns: red, index: 2 } }),
          device(red, 2, 'eth0', 'veth', { up: false, operState: 'down', link: { ns: lab.net, index: 6 } }),
        ],
      }),
  ],
  [
    './wire red 10.0.0.2; ./wire blue 10.0.0.3',
    (state) =>
      add(state, {
        devices: [
          device(lab.net, 6, 'red0', 'veth', { master: 5, link: { ns: red, index: 2 } }),
          device(lab.net, 7, 'blue0', 'veth', { master: 5, link: { ns: blue, index: 2 } }),
          device(red, 2, 'eth0', 'veth', { link: { ns: lab.net, index: 6 } }),
          device(blue, 2, 'eth0', 'veth', { link: { ns: lab.net, index: 7 } }),
          lo(red, true),
        ],
        addresses: [address(red, 2, '10.0.0.2/24'), address(blue, 2, '10.0.0.3/24'), address(red, 1, '127.0.0.1/8')],
        routes: [
          route(red, '10.0.0.0/24', 2, { source: '10.0.0.2' }),
          route(red, 'default', 2, { gateway: '10.0.0.1' }),
          route(blue, '10.0.0.0/24', 2, { source: '10.0.0.3' }),
          route(blue, 'default', 2, { gateway: '10.0.0.1' }),
        ],
        processes: [
          process(41100, {
            parent: 41012,
            nsPids: [100],
            command: 'python3',
            args: ['python3', '-m', 'http.server', '8080'],
            namespaces: { ...lab, net: blue },
          }),
        ],
        sockets: [
          {
            ns: blue,
            protocol: 'tcp',
            family: 'ipv4',
            local: '0.0.0.0:8080',
            remote: null,
            state: 'listen',
            inode: 77,
          },
        ],
      }),
  ],
  [
    'sysctl -w net.ipv4.ip_forward=1; nft -f nat.nft; ip route add default via 203.0.113.1',
    (state) =>
      add(state, {
        namespaces: [namespace(lab.net, { ipForward: true })],
        routes: [route(lab.net, 'default', 2, { gateway: '203.0.113.1' })],
        rules: [
          {
            ns: lab.net,
            family: 'ip',
            table: 'nat',
            chain: 'postrouting',
            hook: 'postrouting',
            type: 'nat',
            handle: 4,
            text: 'ip saddr 10.0.0.0/24 oifname "eth0" masquerade',
            verdict: 'masquerade',
          },
        ],
      }),
  ],
]);

/** Two namespaces joined by one cable, nothing to the Machine. */
export const cableStory = story('1.2.5 one cable', oneMachine(), [
  [
    'ip link add v0 netns red type veth peer name v1 netns blue',
    (state) =>
      add(state, {
        namespaces: [pinned(red, 'red'), pinned(blue, 'blue')],
        devices: [
          lo(red),
          lo(blue),
          device(red, 2, 'v0', 'veth', { up: false, operState: 'down', link: { ns: blue, index: 2 } }),
          device(blue, 2, 'v1', 'veth', { up: false, operState: 'down', link: { ns: red, index: 2 } }),
        ],
      }),
  ],
]);
