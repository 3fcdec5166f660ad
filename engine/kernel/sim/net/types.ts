/**
 * A network namespace (network_namespaces(7)): a whole network stack of its own. A new one has a loopback device, down,
 * and nothing else; what it does not use costs nothing.
 */
import { isSysError } from '../abi/errno';
import { Namespace, type UserNamespace } from '../ns/namespace';
import type { InetFamily } from './address/ip';
import { Conntrack } from './conntrack/conntrack';
import type { NetDevice, Tap } from './device/device';
import { DeviceTable } from './device/table';
import { AddressManager } from './ip/address-manager';
import { AddressTable } from './ip/addresses';
import { Arp } from './ip/arp';
import { Icmp } from './ip/icmp';
import { IpLayer } from './ip/ip-layer';
import { Ndisc } from './ip/ndisc';
import { NeighbourTable } from './ip/neighbour';
import { PathMtus } from './ip/path-mtus';
import { Protocols } from './ip/protocols';
import { Ways } from './ip/ways';
import { Loopback } from './link/loopback';
import type { Network } from './network';
import { Netfilter } from './nft/netfilter';
import { Ruleset } from './nft/ruleset-store';
import type { Packet } from './packet/packet';
import { Fib, flowHash } from './route/fib';
import { SocketTable } from './socket/table';
import { NetSysctl } from './sysctl';

export class NetNamespace extends Namespace {
  readonly kind = 'net';
  readonly devices = new DeviceTable();
  readonly sysctl = new NetSysctl(this);
  readonly fib4 = new Fib('inet', (flow) => flowHash(flow.source, flow.destination));
  readonly fib6 = new Fib('inet6', (flow) => flowHash(flow.source, flow.destination));
  readonly addresses = new AddressTable();
  readonly addressing = new AddressManager(this);
  readonly ways = new Ways(this);
  readonly pathMtus = new PathMtus(this);
  readonly ip = new IpLayer(this);
  readonly icmp = new Icmp(this);
  readonly arp = new Arp(this);
  readonly ndisc = new Ndisc(this);
  readonly protocols = new Protocols(this);
  readonly sockets = new SocketTable(this);
  readonly conntrack: Conntrack = new Conntrack(this);
  readonly ruleset = new Ruleset(this);
  readonly filter: Netfilter = new Netfilter(this);
  readonly neighbours: NeighbourTable;
  readonly loopback: Loopback;
  /** Who sees the frames of all devices. */
  readonly taps = new Set<Tap>();
  /** Numbers it has for other namespaces (`link-netnsid`). */
  readonly ids = new Map<NetNamespace, number>();

  constructor(
    inum: number,
    owner: UserNamespace | null,
    readonly network: Network,
  ) {
    super(inum, owner);
    this.neighbours = new NeighbourTable({
      solicit: (device, address, mac, packet) => {
        if (typeof address === 'number') this.arp.solicit(device, address, mac, packet);
        else this.ndisc.solicit(device, address, mac, packet);
      },
      transmit: (device, packet, mac) => this.ip.transmit(device, packet, mac),
      failed: (device, packet) => {
        network.trace.hop(packet, this, device, 'drop', { reason: 'no neighbour answered' });
        this.icmp.error(packet, 'host-unreachable');
      },
    });
    this.loopback = new Loopback(this);
    this.devices.add(this.loopback);
  }

  /** Who decides on capabilities here. */
  get ownerOrInitial(): UserNamespace {
    const owner = this.owner ?? this.network.initialUser;
    if (owner === null) throw new Error('There is no user namespace yet');
    return owner;
  }

  fib(family: InetFamily): Fib {
    return family === 'inet' ? this.fib4 : this.fib6;
  }

  /** A frame that is for the protocols here, not for a bridge or another device. */
  deliver(device: NetDevice, packet: Packet): void {
    if (packet.arp) this.arp.receive(device, packet);
    else if (packet.ip) this.receiveIp(device, packet);
  }

  receiveIp(device: NetDevice, packet: Packet): void {
    if (packet.ip && typeof packet.ip.source === 'bigint' && this.sysctl.deviceNumber(6, device, 'disable_ipv6') === 1)
      return;
    this.ip.receive(device, packet);
  }

  /** The number of another namespace; given when there is none. */
  idOf(other: NetNamespace): number {
    const known = this.ids.get(other);
    if (known !== undefined) return known;
    const taken = new Set(this.ids.values());
    let id = 0;
    while (taken.has(id)) id++;
    this.ids.set(other, id);
    return id;
  }

  /** Sends what nobody waits for: an error is no more than a packet lost. */
  quietly(send: () => void): void {
    try {
      send();
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}
