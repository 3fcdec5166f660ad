/** stub, replaced below */
import type { NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
export class Netfilter {
  isActive = false;
  hasNetdev = false;
  constructor(private readonly ns: NetNamespace) {}
  ip(_hook: string, _packet: Packet, _in: NetDevice | null, _out: NetDevice | null): boolean {
    return this.ns !== null;
  }
  arp(_hook: string, _device: NetDevice, _packet: Packet): boolean {
    return true;
  }
  netdev(_hook: string, _device: NetDevice, _packet: Packet): boolean {
    return true;
  }
  bridgePrerouting(_b: NetDevice, _p: NetDevice, _packet: Packet): boolean {
    return true;
  }
  bridgeForward(_b: NetDevice, _p: NetDevice, _q: NetDevice, _packet: Packet): boolean {
    return true;
  }
  bridgeOut(_b: NetDevice, _p: NetDevice, _packet: Packet, _own: boolean): boolean {
    return true;
  }
  bridgeInput(_b: NetDevice, _packet: Packet): boolean {
    return true;
  }
}
