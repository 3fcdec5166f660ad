/** Lesson 1.4.3: a network list is executed for a container: ADD with delegation, CHECK, a failure, DEL. */
import { applyPatch, type CniAttachment, type CniCall, type LabState, type NsId } from '../../../engine/state';
import { add, address, device, machineNamespaces, namespace, oneMachine, story } from './build';

const born = machineNamespaces(4026532300);
const blue: NsId = 'net:4026532600';

type CallParts = Pick<CniCall, 'number' | 'command' | 'plugin'> & Partial<CniCall>;

/** A call of a plugin in /opt/cni/bin for container `blue`; `plugin` is its type. */
export function cniCall({ plugin, ...parts }: CallParts): CniCall {
  return {
    machine: 'lab',
    parent: null,
    plugin: `/opt/cni/bin/${plugin}`,
    environment: {
      CNI_COMMAND: parts.command,
      CNI_CONTAINERID: 'blue',
      CNI_NETNS: '/var/run/netns/blue',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/opt/cni/bin',
    },
    stdin: '',
    stdout: '',
    stderr: '',
    exitCode: 0,
    ...parts,
  };
}

const ipam = { type: 'host-local', ranges: [[{ subnet: '10.22.0.0/16' }]], routes: [{ dst: '0.0.0.0/0' }] };
const ips = [{ address: '10.22.0.2/16', gateway: '10.22.0.1', interface: 2 }];
const result = {
  cniVersion: '1.1.0',
  interfaces: [
    { name: 'cni0', mac: '02:42:0a:16:00:01' },
    { name: 'veth1a2b3c4d', mac: '02:42:0a:16:00:07' },
    { name: 'eth0', mac: '02:42:0a:16:00:02', sandbox: '/var/run/netns/blue' },
  ],
  ips,
  routes: [{ dst: '0.0.0.0/0' }],
  dns: {},
};
const head = { cniVersion: '1.1.0', name: 'mynet' };
const bridge = { ...head, type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: true, ipam };
const portmap = { ...head, type: 'portmap', runtimeConfig: { portMappings: [{ hostPort: 8080, containerPort: 80 }] } };
const tuning = { ...head, type: 'tuning', sysctl: { 'net.core.somaxconn': '500' } };
const text = (value: object) => JSON.stringify(value);

const after = { prevResult: result };

/** The chain of one command, beginning at `number`; `answers` of ADD are results. */
function chain(command: 'ADD' | 'CHECK' | 'DEL', number: number): CniCall[] {
  const given = command === 'ADD' ? {} : after;
  const stdout = command === 'ADD' ? text(result) : '';
  const bridged = [
    cniCall({ number, command, plugin: 'bridge', stdin: text({ ...bridge, ...given }), stdout }),
    cniCall({
      number: number + 1,
      parent: number,
      command,
      plugin: 'host-local',
      stdin: text({ ...bridge, ...given }),
      stdout: command === 'ADD' ? text({ cniVersion: '1.1.0', ips, routes: result.routes }) : '',
    }),
  ];
  const rest = [portmap, tuning].map((config, index) =>
    cniCall({ number: number + 2 + index, command, plugin: config.type, stdin: text({ ...config, ...after }), stdout }),
  );
  if (command !== 'DEL') return [...bridged, ...rest];
  return [...rest, ...bridged].map((call, index) => ({
    ...call,
    number: number + index,
    parent: call.parent === null ? null : number + 2,
  }));
}

const attachment: CniAttachment = {
  machine: 'lab',
  network: 'mynet',
  container: 'blue',
  ifname: 'eth0',
  netns: '/var/run/netns/blue',
  addresses: ['10.22.0.2/16'],
  interfaces: [
    { name: 'cni0', sandbox: null },
    { name: 'veth1a2b3c4d', sandbox: null },
    { name: 'eth0', sandbox: '/var/run/netns/blue' },
  ],
};

const withDevices = (state: LabState) =>
  add(state, {
    devices: [
      device(blue, 2, 'eth0', 'veth', { link: { ns: born.net, index: 7 } }),
      device(born.net, 6, 'cni0', 'bridge'),
      device(born.net, 7, 'veth1a2b3c4d', 'veth', { master: 6, link: { ns: blue, index: 2 } }),
    ],
    addresses: [address(blue, 2, '10.22.0.2/16'), address(born.net, 6, '10.22.0.1/16')],
  });

export const cniStory = story('1.4.3 Execution', oneMachine(), [
  [
    'ip netns add blue',
    (state) =>
      add(state, { namespaces: [namespace(blue, { pins: [{ mountNs: born.mnt, path: '/run/netns/blue' }] })] }),
  ],
  [
    'cnitool add mynet /var/run/netns/blue',
    (state) => withDevices(add(state, { cniCalls: chain('ADD', 1), cniAttachments: [attachment] })),
  ],
  ['cnitool check mynet /var/run/netns/blue', (state) => add(state, { cniCalls: chain('CHECK', 5) })],
  [
    'CNI_COMMAND=VERSION /opt/cni/bin/bridge',
    (state) =>
      add(state, {
        cniCalls: [
          cniCall({
            number: 9,
            command: 'VERSION',
            plugin: 'bridge',
            environment: { CNI_COMMAND: 'VERSION' },
            stdin: '{"cniVersion":"1.1.0"}',
            stdout: '{"cniVersion":"1.1.0","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}',
          }),
        ],
      }),
  ],
  [
    'cnitool add full /var/run/netns/blue',
    (state) =>
      add(state, {
        cniCalls: [
          cniCall({
            number: 10,
            command: 'ADD',
            plugin: 'bridge',
            stdin: text({ ...bridge, name: 'full' }),
            stdout: text({
              cniVersion: '1.1.0',
              code: 11,
              msg: 'no addresses available',
              details: 'range 10.9.0.0/30',
            }),
            exitCode: 1,
          }),
          cniCall({
            number: 11,
            parent: 10,
            command: 'ADD',
            plugin: 'host-local',
            stdin: text({ ...bridge, name: 'full' }),
            stdout: text({
              cniVersion: '1.1.0',
              code: 11,
              msg: 'no addresses available',
              details: 'range 10.9.0.0/30',
            }),
            exitCode: 1,
          }),
          cniCall({
            number: 12,
            command: 'ADD',
            plugin: 'myplugin',
            stdin: 'not { json',
            stderr: 'myplugin: line 3: jq: not found\n',
            exitCode: 127,
          }),
          cniCall({
            number: 13,
            command: 'ADD',
            plugin: 'dhcp',
            stdin: text({ ...head, type: 'dhcp' }),
            exitCode: null,
          }),
        ],
      }),
  ],
  [
    'cnitool del mynet /var/run/netns/blue',
    (state) =>
      applyPatch(add(state, { cniCalls: chain('DEL', 14) }), {
        cniAttachments: { 'lab/mynet/blue/eth0': null },
        devices: { [`${blue}/2`]: null, [`${born.net}/7`]: null },
      }),
  ],
]);

/** The most records there are: 200 calls, in chains of four. */
export function manyCalls(): LabState {
  return add(oneMachine(), {
    cniCalls: Array.from({ length: 50 }, (_, index) => chain(index % 2 === 0 ? 'ADD' : 'DEL', 1 + index * 4)).flat(),
    cniAttachments: Array.from({ length: 60 }, (_, index) => ({ ...attachment, container: `c${index}` })),
  });
}
