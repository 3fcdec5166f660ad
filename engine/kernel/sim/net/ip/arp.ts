import { isLoopback, isMulticast } from '../address/ip';
import { broadcastMac, type Mac, zeroMac } from '../address/mac';
import type { NetDevice } from '../device/device';
import { type ArpMessage, ETH_P_ARP, type Packet } from '../packet/packet';
import type { NetNamespace } from '../types';

export class Arp {
  constructor(private readonly ns: NetNamespace) {}

  /** Asks who has an address; `mac`: asks only there, whether it still has it. */
  solicit(device: NetDevice, target: number, mac: Mac | null, packet: Packet | null): void {
    const wanted = packet?.ip?.source;
    const own = typeof wanted === 'number' && this.ns.addresses.bearer(wanted) ? wanted : null;
    const senderIp = own ?? this.ns.addresses.selectV4(device, target, this.ns.devices.all()) ?? 0;
    const arp: ArpMessage = {
      operation: 'request',
      senderMac: device.mac,
      senderIp,
      targetMac: zeroMac,
      targetIp: target,
    };
    this.#send(device, arp, mac ?? broadcastMac);
  }

  /** Tells everybody where an address is. */
  announce(device: NetDevice, address: number): void {
    this.#send(
      device,
      { operation: 'request', senderMac: device.mac, senderIp: address, targetMac: zeroMac, targetIp: address },
      broadcastMac,
    );
  }

  receive(device: NetDevice, packet: Packet): void {
    const { arp } = packet;
    if (!arp || packet.type === 'otherhost' || device.isArpOff || device.linkType !== 'ether') return;
    this.ns.network.trace.hop(packet, this.ns, device, 'arp');
    if (!this.ns.filter.arp('input', device, packet)) return;
    if (isMulticast(arp.targetIp) || isLoopback(arp.targetIp)) return;
    if (arp.operation === 'request') this.#request(device, packet, arp);
    else this.#reply(device, packet, arp);
  }

  #request(device: NetDevice, packet: Packet, arp: ArpMessage): void {
    const isProbe = arp.senderIp === 0;
    if (this.#answersFor(device, arp.targetIp, arp.senderIp)) {
      if (!isProbe && arp.senderIp !== arp.targetIp)
        this.ns.neighbours.take(device, arp.senderIp).learn(arp.senderMac, false);
      if (arp.senderIp !== arp.targetIp || isProbe) this.#answer(device, arp);
      return;
    }
    if (this.#proxies(device, arp)) {
      if (!isProbe) this.ns.neighbours.take(device, arp.senderIp).learn(arp.senderMac, false);
      this.#answer(device, arp);
      return;
    }
    this.#update(device, arp, packet.type === 'host');
  }

  #reply(device: NetDevice, packet: Packet, arp: ArpMessage): void {
    this.#update(device, arp, packet.type === 'host');
  }

  /** arp_accept 0: only what is known already is brought up to date. */
  #update(device: NetDevice, arp: ArpMessage, isForUs: boolean): void {
    const known = this.ns.neighbours.find(device, arp.senderIp);
    if (known) known.learn(arp.senderMac, isForUs && arp.operation === 'reply');
    else if (this.ns.sysctl.either(4, device, 'arp_accept') > 0 && arp.senderIp !== 0) {
      this.ns.neighbours.take(device, arp.senderIp).learn(arp.senderMac, false);
    }
  }

  #answersFor(device: NetDevice, target: number, sender: number): boolean {
    const bearer = this.ns.ways.isLocal(target);
    if (!bearer) return false;
    const ignore = this.ns.sysctl.either(4, device, 'arp_ignore');
    if (ignore === 0) return true;
    if (ignore === 8) return false;
    const own = this.ns.addresses.find(device, target);
    if (ignore === 1 || own === undefined) return own !== undefined;
    return this.ns.addresses.selectV4(device, sender, []) === target;
  }

  #proxies(device: NetDevice, arp: ArpMessage): boolean {
    if (this.ns.neighbours.proxies.get(device)?.has(arp.targetIp)) return true;
    if (this.ns.sysctl.either(4, device, 'proxy_arp') === 0) return false;
    if (!this.ns.sysctl.isForwarding(4, device)) return false;
    const way = this.ns.ways.lookup(arp.targetIp, { source: arp.senderIp, iif: device.name });
    return way.found !== null && way.found.route.type === 'unicast' && way.found.device !== device;
  }

  #answer(device: NetDevice, arp: ArpMessage): void {
    this.#send(
      device,
      {
        operation: 'reply',
        senderMac: device.mac,
        senderIp: arp.targetIp,
        targetMac: arp.senderMac,
        targetIp: arp.senderIp,
      },
      arp.senderMac,
    );
  }

  #send(device: NetDevice, arp: ArpMessage, destination: Mac): void {
    const packet = this.ns.network.newPacket();
    packet.arp = arp;
    packet.type = 'outgoing';
    packet.ethernet = { source: device.mac, destination, type: ETH_P_ARP };
    if (!this.ns.filter.arp('output', device, packet)) return;
    device.send(packet);
  }
}
