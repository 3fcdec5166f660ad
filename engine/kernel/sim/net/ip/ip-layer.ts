/**
 * The Internet layer of one namespace, both families: out from here, in to here, and through (RFC 791, RFC 1812,
 * RFC 8200; ip_input.c, ip_output.c, ip_forward.c). The places of netfilter lie where Linux has them.
 */
import { SysError } from '../../abi/errno';
import {
  familyOf,
  type IpAddress,
  isAny,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isReserved,
  limitedBroadcast,
} from '../address/ip';
import { broadcastMac, multicastMac, zeroMac } from '../address/mac';
import type { NetDevice } from '../device/device';
import { ETH_P_IP, ETH_P_IPV6, headerOf, type IpHeader, ipLength, type Packet, type Transport } from '../packet/packet';
import type { Lookup, RouteResult } from '../route/fib';
import { wayOrThrow } from '../route/fib';
import type { NetNamespace } from '../types';
import { fragmentsOf, Reassembly } from './fragments';
import { Multicast } from './multicast';
import type { OutputWay } from './ways';

export interface SendRequest {
  /** Null: chosen by the route. */
  source: IpAddress | null;
  destination: IpAddress;
  protocol: number;
  transport: Transport;
  ttl?: number | undefined;
  tos?: number | undefined;
  mark?: number | undefined;
  /** The device it has to leave by (SO_BINDTODEVICE, a scope). */
  device?: NetDevice | null | undefined;
  sender?: { uid: number; gid: number } | null | undefined;
  /** `when it fits`: the way is asked for its MTU by and by (IP_PMTUDISC_WANT). */
  dontFragment?: boolean | 'when it fits' | undefined;
  /** SO_BROADCAST. */
  broadcast?: boolean | undefined;
  /**
   * The way does not depend on the source: it need not be an address of this host (`reject with tcp reset` of a router), or
   * was not known when the way was chosen (a connected socket of IPv6 keeps its way).
   */
  isForeign?: boolean | undefined;
  /** What it complains about: it belongs to the same connection, and is translated like its answers (nf_ct_attach). */
  about?: Packet | undefined;
}

/** Where a packet is on its way in that is not for here, or why it goes no further. */
type Direction = 'local' | 'forward' | 'drop';

export class IpLayer {
  readonly multicast = new Multicast();
  readonly #reassembly: Reassembly;
  #nextId: number | null = null;

  constructor(private readonly ns: NetNamespace) {
    this.#reassembly = new Reassembly(ns);
  }

  /** Sends something from here. Errors of `way`; EPERM when the packet filter drops it, EMSGSIZE, EACCES. */
  send(request: SendRequest): void {
    const { destination, device = null, mark = 0 } = request;
    const bound = request.source === null || isAny(request.source) ? null : request.source;
    const way = this.ns.ways.to(destination, { source: request.isForeign ? null : bound, device, mark });
    if (way.isBroadcast && !request.broadcast) throw new SysError('EACCES');
    const source = bound ?? way.source;
    const isV4 = typeof destination === 'number';
    const ttl = request.ttl ?? (isMulticast(destination) ? 1 : this.#defaultTtl(isV4));
    const packet = this.ns.network.newPacket();
    const id = isV4 ? this.#takeId() : 0;
    const to = isAny(destination) ? (isV4 ? 0x7f000001 : 1n) : destination;
    const header = { ttl, tos: request.tos ?? 0, id, dontFragment: request.dontFragment === true };
    packet.ip = headerOf(source, to, request.protocol, request.transport, header);
    if (request.dontFragment === 'when it fits' && isV4 && ipLength(packet.ip) <= this.ns.pathMtus.of(to, way.device)) {
      packet.ip = { ...packet.ip, dontFragment: true };
    }
    packet.mark = mark;
    packet.sender = request.sender ?? null;
    if (request.about) attach(packet, request.about);
    this.#checkSize(packet.ip, way.device);
    if (!this.output(packet, way)) throw new SysError('EPERM');
  }

  /** ip_local_out: false when the packet filter dropped it. Errors of `way` when it sent it where there is no way. */
  output(packet: Packet, way: OutputWay): boolean {
    packet.type = 'outgoing';
    packet.output = way.device;
    packet.nextHop = way.gateway;
    this.ns.network.trace.hop(packet, this.ns, way.device, 'output');
    let next = way;
    const { filter } = this.ns;
    if (filter.isActive && packet.ip) {
      const { destination } = packet.ip;
      const { mark } = packet;
      if (!filter.ip('output', packet, null, way.device)) return false;
      if (packet.ip.destination !== destination || packet.mark !== mark) {
        next = this.#rerouted(packet, packet.ip);
      }
    }
    packet.output = next.device;
    packet.nextHop = next.gateway;
    if (next.isBroadcast && next.device.linkType !== 'loopback') this.#loopBack(packet);
    if (packet.ip && isMulticast(packet.ip.destination) && this.multicast.has(packet.ip.destination))
      this.#loopBack(packet);
    return this.#post(packet, next.isBroadcast);
  }

  /** ip_rcv: a packet came in by the device. */
  receive(device: NetDevice, packet: Packet): void {
    if (packet.type === 'otherhost' || !packet.ip) return;
    if (this.#isMartian(device, packet.ip)) return this.#drop(packet, device, 'martian address');
    const { filter } = this.ns;
    if (packet.ip.fragment && (filter.isActive || this.ns.ways.isLocal(packet.ip.destination))) {
      if (!this.#reassembly.add(packet)) return;
    }
    this.ns.network.trace.hop(packet, this.ns, device, 'prerouting');
    if (filter.isActive && !packet.prerouted && !filter.ip('prerouting', packet, device, null)) return;
    packet.prerouted = false;
    if (packet.ip) this.#routeIn(device, packet, packet.ip);
  }

  /** Through a neighbour that is known by now. */
  transmit(device: NetDevice, packet: Packet, mac: string): void {
    const type = packet.ip && typeof packet.ip.source === 'bigint' ? ETH_P_IPV6 : ETH_P_IP;
    packet.ethernet = { source: device.mac, destination: mac, type };
    device.send(packet);
  }

  #defaultTtl(isV4: boolean): number {
    return isV4 ? this.ns.sysctl.number('ipv4/ip_default_ttl') : 64;
  }

  #takeId(): number {
    this.#nextId = ((this.#nextId ?? this.ns.network.kernel.random.below(65_535)) % 65_535) + 1;
    return this.#nextId;
  }

  #checkSize(ip: IpHeader, device: NetDevice): void {
    if (ipLength(ip) > 65535 + (typeof ip.source === 'number' ? 0 : 40)) throw new SysError('EMSGSIZE');
    const mtu = this.ns.pathMtus.of(ip.destination, device);
    if (ip.dontFragment && ipLength(ip) > mtu) throw new SysError('EMSGSIZE', String(mtu));
  }

  /** The packet filter changed where it goes: ip_route_me_harder. */
  #rerouted(packet: Packet, ip: IpHeader): OutputWay {
    const lookup = this.ns.ways.lookup(ip.destination, { source: ip.source, mark: packet.mark });
    if (!lookup.found) this.#drop(packet, packet.output, 'no route');
    return this.ns.ways.by(wayOrThrow(lookup), ip.destination, ip.source);
  }

  #loopBack(packet: Packet): void {
    const copy = packet.copy();
    copy.ethernet = { source: zeroMac, destination: zeroMac, type: ETH_P_IP };
    this.ns.loopback.send(copy);
  }

  #post(packet: Packet, isBroadcast: boolean): boolean {
    const { filter } = this.ns;
    const device = packet.output;
    if (!device) return false;
    this.ns.network.trace.hop(packet, this.ns, device, 'postrouting');
    if (filter.isActive && !filter.ip('postrouting', packet, packet.input, device)) return false;
    this.#finish(packet, device, isBroadcast);
    return true;
  }

  #finish(packet: Packet, device: NetDevice, isBroadcast: boolean): void {
    const { ip } = packet;
    if (!ip) return;
    if (device.linkType !== 'loopback' && ipLength(ip) > device.mtu) {
      for (const part of fragmentsOf(packet, ip, device.mtu)) this.#toLink(part, device, isBroadcast);
    } else this.#toLink(packet, device, isBroadcast);
  }

  #toLink(packet: Packet, device: NetDevice, isBroadcast: boolean): void {
    const { ip } = packet;
    if (!ip) return;
    if (device.linkType === 'loopback' || device.linkType === 'none') return this.transmit(device, packet, zeroMac);
    if (isBroadcast) return this.transmit(device, packet, broadcastMac);
    if (isMulticast(ip.destination)) return this.transmit(device, packet, multicastMac(ip.destination));
    if (device.isArpOff) return this.transmit(device, packet, device.mac);
    this.ns.neighbours.take(device, packet.nextHop ?? ip.destination).send(packet);
  }

  #isMartian(device: NetDevice, { source, destination }: IpHeader): boolean {
    if (device.linkType === 'loopback') return false;
    if (isMulticast(source) || source === limitedBroadcast || isReserved(source)) return true;
    if (typeof source === 'bigint') return isLoopback(source) || isLoopback(destination);
    if (source >>> 24 === 0) return destination !== limitedBroadcast;
    if (!isLoopback(source) && !isLoopback(destination)) return false;
    return this.ns.sysctl.either(4, device, 'route_localnet') === 0;
  }

  #routeIn(device: NetDevice, packet: Packet, ip: IpHeader): void {
    const { destination } = ip;
    if (isMulticast(destination) || destination === limitedBroadcast) return this.#in(device, packet);
    const lookup = this.ns.ways.lookup(destination, { source: ip.source, iif: device.name, mark: packet.mark });
    const direction = this.#direction(device, packet, ip, lookup);
    if (direction === 'local') this.#in(device, packet);
    else if (direction === 'forward' && lookup.found) this.#forward(device, packet, ip, lookup.found);
  }

  #direction(device: NetDevice, packet: Packet, ip: IpHeader, lookup: Lookup): Direction {
    if (!this.#sourceIsValid(device, packet, ip)) return this.#dropped(packet, device, 'reverse path');
    const type = lookup.found?.route.type;
    if (type === 'local' || type === 'broadcast' || type === 'multicast') return 'local';
    if (packet.type !== 'host') return this.#dropped(packet, device, 'not for this host');
    // Where there is no way IPv6 says so even when it would not forward.
    const saysSo = !lookup.found && typeof ip.destination === 'bigint';
    if (!saysSo && !this.ns.sysctl.isForwarding(familyOf(ip.destination), device)) {
      return this.#dropped(packet, device, 'not a router (ip_forward)');
    }
    if (lookup.found) return 'forward';
    this.#drop(packet, device, 'no route');
    this.ns.icmp.noWay(packet, lookup.errno);
    return 'drop';
  }

  /** fib_validate_source, with rp_filter (RFC 3704). */
  #sourceIsValid(device: NetDevice, packet: Packet, { source, destination }: IpHeader): boolean {
    if (device.linkType === 'loopback' || typeof source !== 'number' || source === 0) return true;
    const mode = this.ns.sysctl.either(4, device, 'rp_filter');
    if (this.ns.ways.isLocal(source)) return this.ns.sysctl.either(4, device, 'accept_local') !== 0;
    if (mode === 0) return true;
    const mark = this.ns.sysctl.either(4, device, 'src_valid_mark') > 0 ? packet.mark : 0;
    const back = this.ns.ways.lookup(source, { source: destination, iif: 'lo', mark });
    if (!back.found) return false;
    return mode === 2 || back.found.route.nexthops.some((hop) => hop.device === device);
  }

  #forward(device: NetDevice, packet: Packet, ip: IpHeader, { nexthop, route, device: out }: RouteResult): void {
    if (ip.ttl <= 1) {
      this.#drop(packet, device, 'ttl exceeded');
      return this.ns.icmp.error(packet, 'ttl-exceeded');
    }
    const mtu = Math.min(out.mtu, route.mtu ?? out.mtu);
    if (ipLength(ip) > mtu && (ip.dontFragment || typeof ip.source === 'bigint')) {
      this.#drop(packet, device, 'too big');
      return this.ns.icmp.error(packet, 'too-big', mtu);
    }
    if (typeof ip.source === 'bigint' && isLinkLocal(ip.source)) return this.#drop(packet, device, 'link-local source');
    packet.ip = { ...ip, ttl: ip.ttl - 1 };
    packet.output = out;
    packet.nextHop = nexthop.gateway;
    this.ns.network.trace.hop(packet, this.ns, out, 'forward');
    const { filter } = this.ns;
    if (filter.isActive && !filter.ip('forward', packet, device, out)) return;
    this.#post(packet, route.type === 'broadcast');
  }

  #in(device: NetDevice, packet: Packet): void {
    if (packet.ip?.fragment && !this.#reassembly.add(packet)) return;
    this.ns.network.trace.hop(packet, this.ns, device, 'input');
    const { filter } = this.ns;
    if (filter.isActive && !filter.ip('input', packet, device, null)) return;
    this.ns.network.trace.hop(packet, this.ns, device, 'deliver');
    if (packet.ip) this.ns.protocols.deliver(device, packet, packet.ip);
  }

  #dropped(packet: Packet, device: NetDevice, reason: string): 'drop' {
    this.#drop(packet, device, reason);
    return 'drop';
  }

  #drop(packet: Packet, device: NetDevice | null, reason: string): void {
    this.ns.network.trace.hop(packet, this.ns, device, 'drop', { reason });
  }
}

function attach(packet: Packet, { connection, direction, state }: Packet): void {
  if (!connection || state === 'untracked') return;
  packet.connection = connection;
  packet.direction = direction === 'original' ? 'reply' : 'original';
  packet.state = 'related';
}
