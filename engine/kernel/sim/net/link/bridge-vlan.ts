/** VLANs of a bridge with vlan_filtering: which ones a port belongs to, and with or without a tag (IEEE 802.1Q). */
import type { Packet } from '../packet/packet';

export interface PortVlans {
  /** What frames without a tag belong to; null: they are dropped. */
  pvid: number | null;
  readonly members: Set<number>;
  /** Of those, the ones that leave without a tag. */
  readonly untagged: Set<number>;
}

export function vlansOf(): PortVlans {
  return { pvid: 1, members: new Set([1]), untagged: new Set([1]) };
}

/** The VLAN a frame belongs to that comes in; the tag is taken off. Null: not here. */
export function admit(vlans: PortVlans, packet: Packet): number | null {
  const vlan = packet.vlan === null || packet.vlan === 0 ? vlans.pvid : packet.vlan;
  if (vlan === null || !vlans.members.has(vlan)) return null;
  packet.vlan = null;
  return vlan;
}

/** Puts the tag on that the frame leaves with. False: it does not leave here. */
export function readyFor(vlans: PortVlans, packet: Packet, vlan: number): boolean {
  if (!vlans.members.has(vlan)) return false;
  packet.vlan = vlans.untagged.has(vlan) ? null : vlan;
  return true;
}
