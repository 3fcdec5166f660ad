/** rtnetlink(7) RTM_NEWNETCONF: whether a namespace forwards IPv4 (linux/netconf.h). */
import { decodeAttributes, encodeAttribute, encodeInt32, numberOf } from './message';

export const RTM_NEWNETCONF = 80;
export const RTM_GETNETCONF = 82;

const NETCONFA = { device: 1, forwarding: 2 } as const;
const NETCONFA_IFINDEX_ALL = -1;
const AF_INET = 2;

/** Asks for `net.ipv4.conf.all`, whose forwarding is `net.ipv4.ip_forward`. */
export function netconfRequest(): Buffer {
  const header = Buffer.alloc(4);
  header[0] = AF_INET;
  return Buffer.concat([header, encodeAttribute(NETCONFA.device, encodeInt32(NETCONFA_IFINDEX_ALL))]);
}

export function decodeForwarding(payload: Buffer): boolean | null {
  const forwarding = numberOf(decodeAttributes(payload.subarray(4)), NETCONFA.forwarding);
  return forwarding === null ? null : forwarding !== 0;
}
