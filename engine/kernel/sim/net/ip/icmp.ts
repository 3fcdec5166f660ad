/** ICMP (RFC 792, RFC 4443): answers echo requests, reports errors, hands reported errors to whoever sent the packet. */
import type { Errno } from '../../abi/errno';
import { isAny, isMulticast } from '../address/ip';
import type { NetDevice } from '../device/device';
import { type IcmpMessage, IPPROTO_ICMP, IPPROTO_ICMPV6, type IpHeader, noBytes, type Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
import { IcmpLimit } from './icmp-limit';

export type IcmpErrorKind =
  | 'net-unreachable'
  | 'host-unreachable'
  | 'protocol-unreachable'
  | 'port-unreachable'
  | 'too-big'
  | 'filtered'
  | 'net-prohibited'
  | 'host-prohibited'
  | 'ttl-exceeded'
  | 'no-route'
  | 'addr-unreachable';

/** Type and code in each family. */
const codes: Record<IcmpErrorKind, { v4: readonly [number, number]; v6: readonly [number, number] }> = {
  'net-unreachable': { v4: [3, 0], v6: [1, 0] },
  'host-unreachable': { v4: [3, 1], v6: [1, 3] },
  'protocol-unreachable': { v4: [3, 2], v6: [4, 1] },
  'port-unreachable': { v4: [3, 3], v6: [1, 4] },
  'too-big': { v4: [3, 4], v6: [2, 0] },
  'net-prohibited': { v4: [3, 9], v6: [1, 1] },
  'host-prohibited': { v4: [3, 10], v6: [1, 1] },
  filtered: { v4: [3, 13], v6: [1, 1] },
  'ttl-exceeded': { v4: [11, 0], v6: [3, 0] },
  'no-route': { v4: [3, 0], v6: [1, 0] },
  'addr-unreachable': { v4: [3, 1], v6: [1, 3] },
};

const noWayKinds: ReadonlyMap<Errno, IcmpErrorKind> = new Map([
  ['ENETUNREACH', 'net-unreachable'],
  ['EHOSTUNREACH', 'host-unreachable'],
  ['EACCES', 'filtered'],
]);

/** What a socket is told. `isFatal`: a connection that is being set up ends with it. */
export interface IcmpReport {
  errno: Errno;
  isFatal: boolean;
  type: number;
  code: number;
  mtu: number | null;
  /** Who reports. */
  from: IpHeader;
}

export class Icmp {
  readonly #limit: IcmpLimit;

  constructor(private readonly ns: NetNamespace) {
    this.#limit = new IcmpLimit(ns);
  }

  /** There is no way to where it should go, or a route forbids it. */
  noWay(packet: Packet, errno: Errno): void {
    const kind = noWayKinds.get(errno);
    if (packet.ip && kind && this.#limit.allowsNoRoute(packet.ip.source)) this.error(packet, kind);
  }

  error(packet: Packet, kind: IcmpErrorKind, mtu?: number): void {
    const { ip } = packet;
    if (!ip || !mayComplainAbout(packet, ip) || this.ns.ways.isBroadcast(ip.destination)) return;
    const isV4 = typeof ip.source === 'number';
    const [type, code] = isV4 ? codes[kind].v4 : codes[kind].v6;
    if (!this.#mayTell(ip.source, type, code)) return;
    const message: IcmpMessage = {
      kind: 'icmp',
      type,
      code,
      id: 0,
      seq: 0,
      data: noBytes,
      about: ip,
      ...(mtu === undefined ? {} : { mtu }),
    };
    const isOurs = this.ns.ways.isLocal(ip.destination);
    this.#send(ip, message, isOurs ? ip.destination : null, packet, isV4 ? 0xc0 : 0);
  }

  #mayTell(to: IpHeader['source'], type: number, code: number): boolean {
    const { found } = this.ns.ways.lookup(to);
    if (found?.device.linkType === 'loopback') return true;
    return this.#limit.allows(to, type, code, found?.route.prefix.length ?? 0);
  }

  receive(device: NetDevice, packet: Packet, ip: IpHeader, message: IcmpMessage): void {
    const isV4 = typeof ip.source === 'number';
    if (!isV4 && this.ns.ndisc.receive(device, packet, ip, message)) return;
    if (message.type === (isV4 ? 8 : 128)) this.#echo(packet, ip, message, isV4);
    else if (message.type === (isV4 ? 0 : 129)) this.ns.sockets.ping.reply(packet, ip, message);
    else if (message.about) this.#reported(ip, message, message.about, isV4);
  }

  #echo(packet: Packet, ip: IpHeader, message: IcmpMessage, isV4: boolean): void {
    const path = isV4 ? 'ipv4/icmp_echo_ignore_all' : 'ipv6/icmp/echo_ignore_all';
    if (this.ns.sysctl.number(path) !== 0) return;
    const isToMany = isMulticast(ip.destination) || this.ns.ways.isBroadcast(ip.destination);
    if (isV4 && isToMany && this.ns.sysctl.number('ipv4/icmp_echo_ignore_broadcasts') !== 0) return;
    this.#send(ip, { ...message, type: isV4 ? 0 : 129 }, isToMany ? null : ip.destination, packet, ip.tos);
  }

  #send(about: IpHeader, message: IcmpMessage, source: IpHeader['source'] | null, packet: Packet, tos: number): void {
    const isV4 = typeof about.source === 'number';
    const reflect = this.ns.sysctl.number(isV4 ? 'ipv4/fwmark_reflect' : 'ipv6/fwmark_reflect') !== 0;
    const isLinkLocal = typeof about.source === 'bigint' && about.source >> 118n === 0x3fan;
    this.ns.quietly(() =>
      this.ns.ip.send({
        source,
        destination: about.source,
        protocol: isV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
        transport: message,
        tos,
        mark: reflect ? packet.mark : 0,
        device: isLinkLocal ? packet.input : null,
        about: message.about ? packet : undefined,
      }),
    );
  }

  #reported(ip: IpHeader, message: IcmpMessage, about: IpHeader, isV4: boolean): void {
    const report = {
      ...(isV4 ? meaning4(message) : meaning6(message)),
      type: message.type,
      code: message.code,
      mtu: message.mtu ?? null,
      from: ip,
    };
    if (report.errno === 'EMSGSIZE' && message.mtu !== undefined)
      this.ns.pathMtus.learn(about.destination, message.mtu);
    this.ns.protocols.error(about, report);
  }
}

/** RFC 1122, 3.2.2: never about an error, about something sent to many, or about any but the first fragment. */
function mayComplainAbout(packet: Packet, ip: IpHeader): boolean {
  if (isAny(ip.source) || isMulticast(ip.source) || isMulticast(ip.destination)) return false;
  if (packet.type === 'broadcast' || packet.type === 'multicast') return false;
  if (ip.fragment && ip.fragment.offset > 0) return false;
  const { transport } = ip;
  if (transport.kind !== 'icmp') return true;
  return typeof ip.source === 'number'
    ? [0, 8, 13, 14].includes(transport.type)
    : transport.type >= 128 && transport.type < 130;
}

const unreachable4: ReadonlyArray<readonly [Errno, boolean]> = [
  ['ENETUNREACH', false],
  ['EHOSTUNREACH', false],
  ['ENOPROTOOPT', true],
  ['ECONNREFUSED', true],
  ['EMSGSIZE', false],
  ['EOPNOTSUPP', false],
  ['ENETUNREACH', true],
  ['EHOSTDOWN', true],
  ['ENETUNREACH', true],
  ['ENETUNREACH', true],
  ['EHOSTUNREACH', true],
  ['ENETUNREACH', false],
  ['EHOSTUNREACH', false],
  ['EHOSTUNREACH', true],
  ['EHOSTUNREACH', true],
  ['EHOSTUNREACH', true],
];

function meaning4({ type, code }: IcmpMessage): { errno: Errno; isFatal: boolean } {
  if (type === 3) {
    const [errno, isFatal] = unreachable4[code] ?? ['EHOSTUNREACH', true];
    return { errno, isFatal };
  }
  return { errno: type === 12 ? 'EPROTO' : 'EHOSTUNREACH', isFatal: type === 12 };
}

function meaning6({ type, code }: IcmpMessage): { errno: Errno; isFatal: boolean } {
  if (type === 1) {
    const errnos: Errno[] = [
      'ENETUNREACH',
      'EACCES',
      'EHOSTUNREACH',
      'EHOSTUNREACH',
      'ECONNREFUSED',
      'EACCES',
      'EACCES',
    ];
    const fatal = [false, true, false, false, true, true, true];
    return { errno: errnos[code] ?? 'EHOSTUNREACH', isFatal: fatal[code] ?? false };
  }
  if (type === 2) return { errno: 'EMSGSIZE', isFatal: false };
  return { errno: type === 4 ? 'EPROTO' : 'EHOSTUNREACH', isFatal: type === 4 };
}
