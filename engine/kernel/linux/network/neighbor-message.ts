/** Neighbours, and forwarding entries of vxlan devices, as rtnetlink(7) messages (linux/neighbour.h). */
import type { FdbEntry, NeighborInfo } from '../../network';
import { formatIp } from '../inspect/netlink/ip-address';
import { decodeAttributes } from '../inspect/netlink/message';
import { attribute } from '../link/rtnetlink';
import { AF_BRIDGE, familyNumber, formatMac, ip, macBytes } from './attributes';

export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;

const NDA_DST = 1;
const NDA_LLADDR = 2;
const NUD_PERMANENT = 0x80;
const NTF_SELF = 2;

/** struct ndmsg */
function header(family: number, index: number, flags: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(family, 0);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt16LE(NUD_PERMANENT, 8);
  bytes.writeUInt8(flags, 10);
  return bytes;
}

export function encodeNeighbor(neighbor: Omit<NeighborInfo, 'hardware'> & { hardware?: string }): Buffer {
  return Buffer.concat([
    header(familyNumber(neighbor.family), neighbor.index, 0),
    ip(NDA_DST, neighbor.address),
    ...(neighbor.hardware ? [attribute(NDA_LLADDR, macBytes(neighbor.hardware))] : []),
  ]);
}

export function encodeFdb(entry: FdbEntry): Buffer {
  return Buffer.concat([
    header(AF_BRIDGE, entry.index, NTF_SELF),
    attribute(NDA_LLADDR, macBytes(entry.hardware)),
    ip(NDA_DST, entry.remote),
  ]);
}

export function fdbQuestion(): Buffer {
  return header(AF_BRIDGE, 0, 0);
}

export function decodeFdb(payload: Buffer, index: number): FdbEntry[] {
  if (payload.readInt32LE(4) !== index) return [];
  const attributes = decodeAttributes(payload.subarray(12));
  const remote = attributes.get(NDA_DST);
  return remote ? [{ index, hardware: formatMac(attributes.get(NDA_LLADDR)), remote: formatIp(remote) }] : [];
}
