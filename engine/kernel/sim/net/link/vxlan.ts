/**
 * VXLAN: Ethernet frames in UDP, so that one network lies over others (RFC 7348). Where an address is, it learns, is told
 * by `bridge fdb`, or it sends to everybody it knows (`remote`, a group).
 */
import { SysError } from '../../abi/errno';
import { formatIp, type IpAddress, isMulticast, parseIp } from '../address/ip';
import { isGroupMac, type Mac, zeroMac } from '../address/mac';
import { NetDevice } from '../device/device';
import { IPPROTO_UDP, type IpHeader, noBytes, type Packet, type UdpDatagram } from '../packet/packet';
import { flowHash } from '../route/fib';
import type { NetNamespace } from '../types';
import type { UdpTunnel } from '../udp/udp-layer';

const second = 1_000_000_000;
/** IP, UDP, VXLAN and the inner Ethernet header. */
const overhead = { inet: 50, inet6: 70 };

export interface VxlanFdbEntry {
  mac: Mac;
  remotes: Set<IpAddress>;
  isStatic: boolean;
  updated: number;
}

export interface VxlanOptions {
  vni: number;
  remote: IpAddress | null;
  local: IpAddress | null;
  port: number;
  ttl: number;
  learning: boolean;
  ageingSeconds: number;
}

export class Vxlan extends NetDevice implements UdpTunnel {
  readonly kind = 'vxlan';
  readonly fdb = new Map<Mac, VxlanFdbEntry>();
  /** The packets travel where it was made, wherever it is moved. */
  readonly underlay: NetNamespace;

  constructor(
    ns: NetNamespace,
    name: string,
    mac: Mac,
    readonly lower: NetDevice | null,
    readonly options: VxlanOptions,
  ) {
    super(ns, name, mac);
    this.underlay = ns;
    const { remote, local } = options;
    this.mtu = (lower?.mtu ?? 1500) - (typeof (remote ?? local ?? 0) === 'number' ? overhead.inet : overhead.inet6);
    if (remote !== null)
      this.fdb.set(zeroMac, { mac: zeroMac, remotes: new Set([remote]), isStatic: true, updated: 0 });
  }

  override get link(): NetDevice | null {
    return this.lower?.ns === this.ns ? null : this.lower;
  }
  override get details(): Record<string, string | number | boolean> {
    const { vni, remote, local, port, learning, ageingSeconds } = this.options;
    return {
      id: vni,
      ...(remote === null ? {} : isMulticast(remote) ? { group: formatIp(remote) } : { remote: formatIp(remote) }),
      ...(local === null ? {} : { local: formatIp(local) }),
      ...(this.lower === null ? {} : { dev: this.lower.name }),
      port,
      learning,
      ageing: ageingSeconds,
    };
  }

  override opened(): void {
    const { tunnels } = this.underlay.sockets.udp;
    const { port, vni, remote } = this.options;
    const there = tunnels.get(port) ?? new Set();
    for (const other of there)
      if (other instanceof Vxlan && other.options.vni === vni && other !== this) throw new SysError('EEXIST');
    there.add(this);
    tunnels.set(port, there);
    if (remote !== null && isMulticast(remote)) this.underlay.ip.multicast.join(remote);
  }

  override closed(): void {
    const { port, remote } = this.options;
    this.underlay.sockets.udp.tunnels.get(port)?.delete(this);
    if (remote !== null && isMulticast(remote)) this.underlay.ip.multicast.leave(remote);
    for (const [mac, entry] of this.fdb) if (!entry.isStatic) this.fdb.delete(mac);
  }

  protected transmit(packet: Packet): void {
    const { destination } = packet.ethernet;
    const entry = isGroupMac(destination) ? undefined : this.#find(destination);
    const remotes = entry?.remotes ?? this.fdb.get(zeroMac)?.remotes;
    if (!remotes || remotes.size === 0) {
      this.stats.txDropped++;
      return;
    }
    for (const remote of remotes) this.#encapsulate(packet, remote);
  }

  /** A datagram for its port (UdpTunnel). */
  take(packet: Packet, ip: IpHeader, datagram: UdpDatagram): void {
    const { vxlan } = datagram;
    if (!vxlan || vxlan.vni !== this.options.vni || !this.up) return;
    if (this.lower && packet.input && packet.input !== this.lower && typeof ip.source === 'bigint') return;
    const inner = vxlan.inner.copy();
    inner.scrub();
    if (this.options.learning) this.#learn(inner.ethernet.source, ip.source);
    this.arriveFromWire(inner);
  }

  #find(mac: Mac): VxlanFdbEntry | undefined {
    const entry = this.fdb.get(mac);
    if (!entry || entry.isStatic) return entry;
    if (this.#now - entry.updated <= this.options.ageingSeconds * second) return entry;
    this.fdb.delete(mac);
    return undefined;
  }

  #learn(mac: Mac, from: IpAddress): void {
    const entry = this.fdb.get(mac);
    if (!entry) this.fdb.set(mac, { mac, remotes: new Set([from]), isStatic: false, updated: this.#now });
    else if (!entry.isStatic) {
      entry.remotes = new Set([from]);
      entry.updated = this.#now;
    }
  }

  #encapsulate(packet: Packet, remote: IpAddress): void {
    const inner = packet.copy();
    inner.scrub();
    const { vni, port, local, ttl } = this.options;
    const hash = inner.ip ? flowHash(inner.ip.source, inner.ip.destination) : 0;
    this.underlay.quietly(() =>
      this.underlay.ip.send({
        source: local,
        destination: remote,
        protocol: IPPROTO_UDP,
        transport: {
          kind: 'udp',
          sourcePort: 32768 + (hash % 28232),
          destinationPort: port,
          data: noBytes,
          vxlan: { vni, inner },
        },
        device: isMulticast(remote) || this.lower ? this.lower : null,
        ttl: ttl === 0 ? (isMulticast(remote) ? 1 : 64) : ttl,
      }),
    );
  }

  get #now(): number {
    return this.ns.network.kernel.now;
  }
}

export function vxlanOptions(details: Record<string, string | number | boolean>): VxlanOptions {
  const address = (name: string): IpAddress | null => {
    const value = details[name];
    if (value === undefined) return null;
    const ip = parseIp(String(value));
    if (ip === null) throw new SysError('EINVAL');
    return ip;
  };
  const given = details.vni ?? details.id;
  if (given === undefined) throw new SysError('EINVAL', 'Required attributes not provided to perform the operation');
  const vni = Number(given);
  if (!Number.isInteger(vni) || vni < 0 || vni >= 2 ** 24) throw new SysError('ERANGE');
  return {
    vni,
    remote: address('remote') ?? address('group'),
    local: address('local'),
    port: Number(details.port ?? 8472),
    ttl: Number(details.ttl ?? 0),
    learning: details.learning !== false,
    ageingSeconds: Number(details.ageing ?? 300),
  };
}
