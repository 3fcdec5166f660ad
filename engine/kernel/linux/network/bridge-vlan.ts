/** VLANs of bridges and their ports (linux/if_bridge.h). */
import type { BridgeVlan } from '../../network';
import { attribute } from '../link/rtnetlink';
import { u16 } from './attributes';

const IFLA_BRIDGE_FLAGS = 0;
const IFLA_BRIDGE_VLAN_INFO = 2;
const BRIDGE_FLAGS_SELF = 2;
const BRIDGE_VLAN_INFO_PVID = 2;
const BRIDGE_VLAN_INFO_UNTAGGED = 4;

/** `self`: the bridge device itself, and not one of its ports. */
export function encodeVlan(vlan: BridgeVlan, self: boolean): Buffer {
  const info = Buffer.alloc(4);
  info.writeUInt16LE((vlan.pvid ? BRIDGE_VLAN_INFO_PVID : 0) | (vlan.untagged ? BRIDGE_VLAN_INFO_UNTAGGED : 0), 0);
  info.writeUInt16LE(vlan.id, 2);
  return Buffer.concat([
    ...(self ? [u16(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF)] : []),
    attribute(IFLA_BRIDGE_VLAN_INFO, info),
  ]);
}
