/** The files of `/proc/net` (proc_net(5)). */
import { formatIp, type IpAddress, ipBytes, mask4 } from '../address/ip';
import type { ConntrackEntry } from '../calls';
import type { NetDevice } from '../device/device';
import { tableMain } from '../route/route';
import type { NetNamespace } from '../types';
import { icmpFile, packetFile, rawFile, sockstat, sockstat6, tcpFile, udpFile, unixFile } from './socket-files';

export interface NetFileText {
  mode: number;
  read(ns: NetNamespace): string;
}

function readable(read: (ns: NetNamespace) => string): NetFileText {
  return { mode: 0o444, read };
}

export const netFiles: ReadonlyArray<readonly [path: string, file: NetFileText]> = [
  ['arp', readable(arp)],
  ['dev', readable(dev)],
  ['dev_mcast', readable(() => '')],
  ['icmp', readable(icmpFile)],
  ['if_inet6', readable(ifInet6)],
  ['ipv6_route', readable(ipv6Route)],
  ['nf_conntrack', { mode: 0o440, read: conntrack }],
  ['packet', readable(packetFile)],
  ['raw', readable((ns) => rawFile(ns, 'inet'))],
  ['raw6', readable((ns) => rawFile(ns, 'inet6'))],
  ['route', readable(route)],
  ['sockstat', readable(sockstat)],
  ['sockstat6', readable(sockstat6)],
  ['tcp', readable((ns) => tcpFile(ns, 'inet'))],
  ['tcp6', readable((ns) => tcpFile(ns, 'inet6'))],
  ['udp', readable((ns) => udpFile(ns, 'inet'))],
  ['udp6', readable((ns) => udpFile(ns, 'inet6'))],
  ['unix', readable(unixFile)],
];

function dev(ns: NetNamespace): string {
  const head = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
  ];
  const cell = (value: number, width: number) => String(value).padStart(width);
  const line = ({ name, stats }: NetDevice) =>
    `${name.padStart(6)}: ${cell(stats.rxBytes, 7)} ${cell(stats.rxPackets, 7)} ${cell(stats.rxErrors, 4)} ${cell(stats.rxDropped, 4)} ${cell(0, 4)} ${cell(0, 5)} ${cell(0, 10)} ${cell(0, 9)} ` +
    `${cell(stats.txBytes, 8)} ${cell(stats.txPackets, 7)} ${cell(stats.txErrors, 4)} ${cell(stats.txDropped, 4)} ${cell(0, 4)} ${cell(0, 5)} ${cell(0, 7)} ${cell(0, 10)}`;
  return `${[...head, ...ns.devices.all().map(line)].join('\n')}\n`;
}

function arp(ns: NetNamespace): string {
  const lines = ns.neighbours.list().flatMap(({ address, mac, state, device }) => {
    if (typeof address !== 'number') return [];
    const flags = state === 'PERMANENT' ? '0x6' : mac === null ? '0x0' : '0x2';
    return [
      `${formatIp(address).padEnd(16)} 0x1         ${flags.padEnd(11)} ${mac ?? '00:00:00:00:00:00'}     *        ${device.name}`,
    ];
  });
  return `${['IP address       HW type     Flags       HW address            Mask     Device', ...lines].join('\n')}\n`;
}

function route(ns: NetNamespace): string {
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
  const table = ns.fib4.tables.get(tableMain);
  // Without a table there is not even its heading.
  if (!table) return '';
  const lines = table.list().flatMap((one) => {
    const { address, length } = one.prefix;
    if (typeof address !== 'number') return [];
    const hops = one.nexthops.length === 0 ? [{ gateway: null, device: null }] : one.nexthops;
    return hops.map(({ gateway, device }) => {
      const flags = (one.type === 'unicast' ? 1 : 0x200) | (gateway === null ? 0 : 2) | (length === 32 ? 4 : 0);
      const name = device?.name ?? '*';
      return `${name}\t${swapped(address)}\t${swapped(gateway ?? 0)}\t${hex(flags, 4)}\t0\t0\t${one.metric}\t${swapped(mask4(length))}\t${one.mtu ?? 0}\t0\t0`;
    });
  });
  return `${[head, ...lines].map((line) => line.padEnd(127)).join('\n')}\n`;
}

function ifInet6(ns: NetNamespace): string {
  const scopes = { global: '00', site: '40', link: '20', host: '10', nowhere: '00' };
  const lines = ns.devices.all().flatMap((device) =>
    ns.addresses.v6(device).map(({ address, prefix, scope, tentative }) => {
      const flags = 0x80 | (tentative ? 0x40 : 0);
      return `${plainHex(address)} ${hex(device.index, 2)} ${hex(prefix, 2)} ${scopes[scope]} ${hex(flags, 2)} ${device.name.padStart(8)}\n`;
    }),
  );
  return lines.join('');
}

function ipv6Route(ns: NetNamespace): string {
  const none = '0'.repeat(32);
  const lines = ns.fib6.listTables().flatMap((table) =>
    table.list().flatMap((one) => {
      const [hop] = one.nexthops;
      const flags = one.type === 'local' ? 0x80200001 : hop?.gateway === null || hop === undefined ? 1 : 3;
      const gateway = hop?.gateway === null || hop === undefined ? none : plainHex(hop.gateway);
      return [
        `${plainHex(one.prefix.address)} ${hex(one.prefix.length, 2)} ${none} 00 ${gateway} ${hex(one.metric, 8)} 00000001 00000000 ${hex(flags, 8)} ${(hop?.device?.name ?? 'lo').padStart(8)}\n`,
      ];
    }),
  );
  return lines.join('');
}

function conntrack(ns: NetNamespace): string {
  return ns.conntrack
    .list()
    .map((entry) => `${conntrackText(entry)}\n`)
    .join('');
}

function conntrackText({ protocol, state, original, reply, status, mark, timeoutSeconds }: ConntrackEntry): string {
  const numbers = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };
  const isV6 = original.source.includes(':');
  const isIcmp = protocol === 'icmp' || protocol === 'icmpv6';
  const ports = (from: number, to: number, isReply: boolean) =>
    isIcmp ? `type=${isReply ? 0 : 8} code=0 id=${from}` : `sport=${from} dport=${to}`;
  const tuple = (end: ConntrackEntry['original'], isReply: boolean) =>
    `src=${end.source} dst=${end.destination} ${ports(end.sourcePort, end.destinationPort, isReply)}`;
  const unreplied = status.includes('SEEN_REPLY') ? '' : ' [UNREPLIED]';
  const assured = status.includes('ASSURED') ? ' [ASSURED]' : '';
  return `${isV6 ? 'ipv6     10' : 'ipv4     2'} ${protocol.padEnd(8)} ${numbers[protocol]} ${timeoutSeconds} ${state === '' ? '' : `${state} `}${tuple(original, false)}${unreplied} ${tuple(reply, true)}${assured} mark=${mark} zone=0 use=2`;
}

export function hex(value: number, width: number): string {
  return (value >>> 0)
    .toString(16)
    .toUpperCase()
    .padStart(width, '0')
    .replace(/[A-F]/g, (letter) => (width === 8 || width === 2 ? letter.toLowerCase() : letter));
}

/** An IPv4 address as the kernel prints its bytes: as a number of a little-endian machine. */
export function swapped(address: IpAddress): string {
  return [...ipBytes(address)]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('');
}

function plainHex(address: IpAddress): string {
  return ipBytes(address)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
