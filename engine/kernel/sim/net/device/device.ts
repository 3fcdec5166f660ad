/**
 * A network device (netdevice(7)). What goes out of it goes through `send`, what comes in through `receive`; each kind
 * only says where a frame goes (`transmit`). Nothing happens in a device that nobody sends through.
 */
import { SysError } from '../../abi/errno';
import type { Nanoseconds } from '../../sched/blocking';
import { broadcastMac, type Mac } from '../address/mac';
import { type Packet, packetTypeAt } from '../packet/packet';
import type { NetNamespace } from '../types';
import type { QueueDiscipline } from './qdisc';

export type LinkType = 'loopback' | 'ether' | 'none';
export type OperState = 'UNKNOWN' | 'NOTPRESENT' | 'DOWN' | 'LOWERLAYERDOWN' | 'TESTING' | 'DORMANT' | 'UP';

export interface DeviceStats {
  rxBytes: number;
  rxPackets: number;
  rxErrors: number;
  rxDropped: number;
  txBytes: number;
  txPackets: number;
  txErrors: number;
  txDropped: number;
}

/** Takes every frame that comes in, before the protocols: a bridge's port, the device below a macvlan. */
export type ReceiveHandler = (packet: Packet) => 'consumed' | 'pass';

/** A packet socket, or whoever else sees all frames. */
export interface Tap {
  frame(device: NetDevice, packet: Packet, outgoing: boolean): void;
}

/** What a hop over a wire takes: queueing and the softirq at the other end. */
export const hopNs: Nanoseconds = 4_000;
/** net.core.netdev_max_backlog. */
const maxBacklog = 1000;

export abstract class NetDevice {
  /** IFLA_INFO_KIND; empty for loopback. */
  abstract readonly kind: string;
  readonly linkType: LinkType = 'ether';
  index = 0;
  mtu = 1500;
  up = false;
  /** Netif_carrier_ok. */
  carrier = true;
  /** What the carrier has led to while it was up; `operState` is what is told. */
  followedState: OperState = 'UNKNOWN';
  /** It was up once: it has a queueing discipline. */
  activated = false;
  broadcast: Mac = broadcastMac;
  isArpOff = false;
  promiscuity = 0;
  isPromiscByAdmin = false;
  isAllMulti = false;
  /** Flags that nothing but their listing depends on here: IFF_MULTICAST, IFF_DYNAMIC, IFF_NOTRAILERS. */
  isMulticastOff = false;
  isDynamic = false;
  hasNoTrailers = false;
  /** IF_LINK_MODE_DORMANT: with a carrier it waits for somebody to say that it is up. */
  isDormantMode = false;
  /** IN6_ADDR_GEN_MODE_NONE: no link-local address comes by itself. */
  hasNoGeneratedAddress = false;
  txQueues = 1;
  rxQueues = 1;
  alias = '';
  queueLength = 1000;
  group = 0;
  master: NetDevice | null = null;
  /** The address was chosen by somebody, not by chance. */
  macIsSet = false;
  /** Null: packets leave at once. */
  qdisc: QueueDiscipline | null = null;
  /** Where all that comes in goes out first (tc-mirred(8) on the ingress qdisc). */
  ingressRedirect: NetDevice | null = null;
  handler: ReceiveHandler | null = null;
  /** Devices that lie on this one. */
  readonly uppers = new Set<NetDevice>();
  readonly taps = new Set<Tap>();
  readonly altNames: string[] = [];
  readonly stats: DeviceStats = {
    rxBytes: 0,
    rxPackets: 0,
    rxErrors: 0,
    rxDropped: 0,
    txBytes: 0,
    txPackets: 0,
    txErrors: 0,
    txDropped: 0,
  };
  #backlog = 0;
  isGone = false;

  constructor(
    public ns: NetNamespace,
    public name: string,
    public mac: Mac,
  ) {}

  /** Sends a frame whose Ethernet header is complete (ndo_start_xmit). */
  protected abstract transmit(packet: Packet): void;

  /** The device below it, or the other end. */
  get link(): NetDevice | null {
    return null;
  }
  /** What `ip -d link` shows of the kind. */
  get details(): Record<string, string | number | boolean> {
    return {};
  }
  /** Does it have a hardware address that it asks for others' with? */
  get usesArp(): boolean {
    return !this.isArpOff && this.linkType === 'ether';
  }
  /** RFC 2863: of a device that is not up, that it is down. */
  get operState(): OperState {
    if (!this.up) return 'DOWN';
    return this.carrier ? this.followedState : this.stateWithoutCarrier;
  }
  /** default_operstate: it looks for the other end's index in its own namespace, whatever device that is. */
  get stateWithoutCarrier(): OperState {
    const { link } = this;
    if (link === null || link.index === this.index) return 'DOWN';
    const lower = this.ns.devices.byIndex(link.index);
    return lower === undefined || lower.carrier ? 'DOWN' : 'LOWERLAYERDOWN';
  }
  get hasBroadcast(): boolean {
    return this.linkType === 'ether';
  }
  /** Moves only with a physical device: `NETIF_F_NETNS_LOCAL`. */
  get isNetnsLocal(): boolean {
    return false;
  }

  /** ndo_open, ndo_stop: what the kind does when it is set up or down. */
  opened(): void {}
  closed(): void {}
  /** Its master, MTU, address or name are about to go with it. */
  destroyed(): void {}
  /** Changes of the device below: carrier, MTU, up or down. */
  lowerChanged(_lower: NetDevice): void {}
  /** Details given to `ip link set ... type KIND`. */
  configure(_details: Record<string, string | number | boolean>): void {
    throw new SysError('EOPNOTSUPP');
  }
  /** Set by hand to another address. */
  macChanged(): void {}

  /** dev_queue_xmit. */
  send(packet: Packet): void {
    if (!this.up) {
      this.stats.txDropped++;
      this.ns.network.trace.hop(packet, this.ns, this, 'drop', { reason: 'device is down' });
      return;
    }
    this.ns.network.trace.hop(packet, this.ns, this, 'egress');
    if (this.ns.filter.hasNetdev && !this.ns.filter.netdev('egress', this, packet)) return;
    this.#tap(packet, true);
    const { qdisc } = this;
    if (qdisc === null) return this.#transmit(packet);
    const delay = qdisc.delayOf(packet, packet.length + this.headerLength, this.ns.network.kernel.now);
    if (delay === 0) return this.#transmit(packet);
    if (delay === null) {
      this.stats.txDropped++;
      this.ns.network.trace.hop(packet, this.ns, this, 'drop', { reason: qdisc.dropReason });
    } else {
      this.ns.network.kernel.after(delay, () => this.#transmit(packet));
    }
  }

  /** netif_receive_skb: a frame has arrived here. Its `type` says for whom it is. */
  receive(packet: Packet): void {
    if (!this.up || this.isGone) {
      this.stats.rxDropped++;
      this.ns.network.trace.hop(packet, this.ns, this, 'drop', { reason: 'device is down' });
      return;
    }
    this.stats.rxPackets++;
    this.stats.rxBytes += packet.length + this.headerLength;
    packet.input = this;
    this.ns.network.trace.hop(packet, this.ns, this, 'ingress');
    this.#tap(packet, false);
    if (this.ingressRedirect) this.#redirect(packet, this.ingressRedirect);
    else this.receiveShaped(packet);
  }

  /** The way in after the ingress qdisc. */
  receiveShaped(packet: Packet): void {
    if (this.ns.filter.hasNetdev && !this.ns.filter.netdev('ingress', this, packet)) return;
    if (packet.vlan !== null && this.#toVlan(packet)) return;
    if (this.handler && this.handler(packet) === 'consumed') return;
    if (packet.vlan !== null && packet.vlan !== 0) packet.type = 'otherhost';
    this.ns.deliver(this, packet);
  }

  #redirect(packet: Packet, to: NetDevice): void {
    if (to.up && !to.isGone) return to.send(packet);
    this.ns.network.trace.hop(packet, this.ns, this, 'drop', { reason: `${to.name} is down` });
  }

  /** A frame is on its way here and arrives after a hop (and `extra` nanoseconds). */
  arrive(packet: Packet, extra: Nanoseconds = 0): void {
    if (this.#backlog >= maxBacklog) {
      this.stats.rxDropped++;
      this.ns.network.trace.hop(packet, this.ns, this, 'drop', { reason: 'backlog is full' });
      return;
    }
    this.#backlog++;
    this.ns.network.kernel.after(hopNs + extra, () => {
      this.#backlog--;
      if (!this.isGone) this.receive(packet);
    });
  }

  /** The same, from a wire: for whom it is depends on this device's address. */
  arriveFromWire(packet: Packet): void {
    packet.type = packetTypeAt(packet.ethernet.destination, this.mac);
    this.arrive(packet);
  }

  get headerLength(): number {
    return this.linkType === 'none' ? 0 : 14;
  }

  #transmit(packet: Packet): void {
    this.stats.txPackets++;
    this.stats.txBytes += packet.length + this.headerLength;
    this.transmit(packet);
  }

  #tap(packet: Packet, outgoing: boolean): void {
    if (this.taps.size > 0) for (const tap of this.taps) tap.frame(this, packet, outgoing);
    if (this.ns.taps.size > 0) for (const tap of this.ns.taps) tap.frame(this, packet, outgoing);
  }

  #toVlan(packet: Packet): boolean {
    for (const upper of this.uppers) {
      if (upper.kind === 'vlan' && upper.details.id === packet.vlan) {
        packet.vlan = null;
        if (packet.type === 'otherhost' || packet.type === 'host') {
          packet.type = packetTypeAt(packet.ethernet.destination, upper.mac);
        }
        upper.receive(packet);
        return true;
      }
    }
    return false;
  }
}
