/**
 * A bridge: a switch as a device (bridge(8); IEEE 802.1D). It learns behind which port each address lives and hands
 * frames on accordingly. Its own device is the port that leads into the machine. STP is off, as Linux has it.
 */
import { SysError } from '../../abi/errno';
import { isGroupMac, type Mac, zeroMac } from '../address/mac';
import { NetDevice } from '../device/device';
import { setCarrier } from '../device/links';
import { type Packet, packetTypeAt } from '../packet/packet';
import type { NetNamespace } from '../types';
import { BridgeFdb } from './bridge-fdb';
import { admit, type PortVlans, readyFor, vlansOf } from './bridge-vlan';

const second = 1_000_000_000;

export class BridgePort {
  readonly vlans: PortVlans = vlansOf();
  hairpin = false;
  isolated = false;
  learning = true;
  flood = true;
  neighSuppress = false;
  /** By the speed of the device; what has none, or so little, is the dearest. */
  cost: number;
  priority = 32;

  constructor(
    readonly device: NetDevice,
    readonly number: number,
  ) {
    this.cost = device.kind === 'vxlan' || device.kind === 'dummy' ? 100 : 2;
  }

  get isForwarding(): boolean {
    return this.device.up && this.device.carrier;
  }
}

export class Bridge extends NetDevice {
  readonly kind = 'bridge';
  readonly ports = new Map<NetDevice, BridgePort>();
  /** Its own membership, as a port. */
  readonly vlans: PortVlans = vlansOf();
  vlanFiltering = false;
  stp = false;
  ageingSeconds = 300;
  forwardDelaySeconds = 15;
  /** For bridges that choose a root among them (STP), and for routers of multicast: told, but there are none here. */
  helloSeconds = 2;
  maxAgeSeconds = 20;
  priority = 0x8000;
  mcastSnooping = true;
  hadPort = false;
  /** Chosen by somebody: it does not follow the ports. */
  mtuIsSet = false;
  readonly fdb = new BridgeFdb(() => this.ageingSeconds * second);
  constructor(ns: NetNamespace, name: string, mac: Mac) {
    super(ns, name, mac);
  }

  override get details(): Record<string, string | number | boolean> {
    return {
      stp: this.stp,
      ageing: this.ageingSeconds,
      forwardDelay: this.forwardDelaySeconds,
      vlanFiltering: this.vlanFiltering,
      hello: this.helloSeconds,
      maxAge: this.maxAgeSeconds,
      priority: this.priority,
      mcastSnooping: this.mcastSnooping,
      id: this.macIsSet || this.ports.size > 0 ? this.mac : zeroMac,
      hadPort: this.hadPort,
    };
  }

  override get isNetnsLocal(): boolean {
    return true;
  }

  override configure(details: Record<string, string | number | boolean>): void {
    for (const [key, value] of Object.entries(details)) {
      if (key === 'stp') this.stp = Boolean(value);
      else if (key === 'vlanFiltering') this.vlanFiltering = Boolean(value);
      else if (key === 'ageing') this.ageingSeconds = Number(value);
      else if (key === 'forwardDelay') this.forwardDelaySeconds = Number(value);
      else if (key === 'hello') this.helloSeconds = Number(value);
      else if (key === 'maxAge') this.maxAgeSeconds = Number(value);
      else if (key === 'priority') this.priority = Number(value);
      else if (key === 'mcastSnooping') this.mcastSnooping = Boolean(value);
      else throw new SysError('EOPNOTSUPP');
    }
  }

  addPort(device: NetDevice): void {
    if (device.kind === 'bridge') throw new SysError('ELOOP', 'Can not enslave a bridge to a bridge.');
    if (device.linkType !== 'ether') throw new SysError('EINVAL', 'Can not enslave a non-ethernet device.');
    if (device.handler) throw new SysError('EBUSY');
    if (device.ns !== this.ns) throw new SysError('ENODEV');
    let number = 1;
    while ([...this.ports.values()].some((port) => port.number === number)) number++;
    const port = new BridgePort(device, number);
    this.ports.set(device, port);
    this.hadPort = true;
    device.handler = (packet) => this.#frame(port, packet);
    device.promiscuity++;
    device.isAllMulti = true;
    this.#learnOwn(device);
    this.#portsChanged();
  }

  releasePort(device: NetDevice): void {
    if (!this.ports.delete(device)) return;
    device.handler = null;
    device.promiscuity--;
    device.isAllMulti = false;
    this.fdb.flushPort(device, true);
    this.#portsChanged();
  }

  /** A port changed: up, down, carrier. */
  override lowerChanged(port: NetDevice): void {
    if (!this.ports.get(port)?.isForwarding) this.fdb.flushPort(port, false);
    this.#updateCarrier();
  }

  override destroyed(): void {
    for (const device of [...this.ports.keys()]) {
      this.releasePort(device);
      device.master = null;
    }
  }

  /** From the machine itself. */
  protected transmit(packet: Packet): void {
    const vlan = this.vlanFiltering ? admit(this.vlans, packet) : 0;
    if (vlan === null) return;
    const { destination } = packet.ethernet;
    packet.bridgePort = null;
    if (isGroupMac(destination)) return this.#flood(null, packet, vlan, true);
    const entry = this.fdb.find(destination, vlan, this.#now);
    if (entry && !entry.isLocal) {
      const port = this.ports.get(entry.port);
      if (port) this.#out(port, packet, vlan, true);
      return;
    }
    this.#flood(null, packet, vlan, true);
  }

  get #now(): number {
    return this.ns.network.kernel.now;
  }

  #frame(port: BridgePort, packet: Packet): 'consumed' | 'pass' {
    if (!port.isForwarding || !this.up) return 'consumed';
    const { source, destination } = packet.ethernet;
    if (isGroupMac(source) || source === zeroMac) return 'consumed';
    // Reserved for protocols between bridges: not handed on (IEEE 802.1D, 7.12.6).
    if (destination.startsWith('01:80:c2:00:00:0')) return 'pass';
    if (destination === this.mac) packet.type = 'host';
    packet.bridgePort = port.device;
    const vlan = this.vlanFiltering ? admit(port.vlans, packet) : 0;
    if (vlan === null) {
      this.ns.network.trace.hop(packet, this.ns, port.device, 'drop', { reason: 'vlan not allowed' });
      return 'consumed';
    }
    if (port.learning) this.fdb.learn(source, vlan, port.device, this.#now);
    const { filter } = this.ns;
    if (filter.isActive && !filter.bridgePrerouting(this, port.device, packet)) return 'consumed';
    this.#handOn(port, packet, vlan);
    return 'consumed';
  }

  #handOn(port: BridgePort, packet: Packet, vlan: number): void {
    const { destination } = packet.ethernet;
    if (isGroupMac(destination)) {
      this.#flood(port, packet, vlan, false);
      return this.#passUp(packet, vlan);
    }
    const entry =
      destination === this.mac
        ? null
        : (this.fdb.find(destination, vlan, this.#now) ?? this.fdb.find(destination, 0, this.#now));
    if (entry === null || entry?.isLocal) return this.#passUp(packet, vlan);
    if (this.isPromiscByAdmin || this.promiscuity > 0) this.#passUp(packet.copy(), vlan);
    const out = entry && this.ports.get(entry.port);
    if (out) this.#forward(port, out, packet, vlan);
    else this.#flood(port, packet, vlan, false);
  }

  #flood(from: BridgePort | null, packet: Packet, vlan: number, isOwn: boolean): void {
    const isUnicast = !isGroupMac(packet.ethernet.destination);
    for (const port of this.ports.values()) {
      if (isUnicast && !port.flood) continue;
      if (from) this.#forward(from, port, packet.copy(), vlan);
      else this.#out(port, packet.copy(), vlan, isOwn);
    }
  }

  #forward(from: BridgePort, to: BridgePort, packet: Packet, vlan: number): void {
    if (from === to && !to.hairpin) return;
    if (from.isolated && to.isolated) return;
    if (!to.isForwarding) return;
    const { filter } = this.ns;
    if (filter.isActive && !filter.bridgeForward(this, from.device, to.device, packet)) return;
    this.#out(to, packet, vlan, false);
  }

  #out(port: BridgePort, packet: Packet, vlan: number, isOwn: boolean): void {
    if (!port.isForwarding) return;
    if (this.vlanFiltering && !readyFor(port.vlans, packet, vlan)) return;
    const { filter } = this.ns;
    if (filter.isActive && !filter.bridgeOut(this, port.device, packet, isOwn)) return;
    this.ns.network.trace.hop(packet, this.ns, port.device, 'bridge', {
      reason: `${this.name} to ${port.device.name}`,
    });
    port.device.send(packet);
  }

  #passUp(packet: Packet, vlan: number): void {
    if (this.vlanFiltering && !readyFor(this.vlans, packet, vlan)) return;
    const { filter } = this.ns;
    if (filter.isActive && !filter.bridgeInput(this, packet)) return;
    if (packet.type !== 'host') packet.type = packetTypeAt(packet.ethernet.destination, this.mac);
    this.receive(packet);
  }

  macOfPortChanged(device: NetDevice): void {
    this.fdb.flushPort(device, true);
    this.#learnOwn(device);
    this.#portsChanged();
  }

  mtuOfPortChanged(): void {
    this.#portsChanged();
  }

  /** Addresses of ports are the machine's. */
  #learnOwn(device: NetDevice): void {
    this.fdb.put({ mac: device.mac, vlan: 0, port: device, isLocal: true, isStatic: true, updated: 0 });
  }

  #portsChanged(): void {
    if (!this.macIsSet) {
      const macs = [...this.ports.keys()].map(({ mac }) => mac).sort();
      this.mac = macs[0] ?? zeroMac;
    }
    const mtus = [...this.ports.keys()].map(({ mtu }) => mtu);
    if (!this.mtuIsSet) this.mtu = mtus.length > 0 ? Math.min(...mtus) : 1500;
    this.#updateCarrier();
  }

  #updateCarrier(): void {
    setCarrier(
      this,
      [...this.ports.values()].some((port) => port.isForwarding),
    );
  }
}
