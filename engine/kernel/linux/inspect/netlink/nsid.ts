/** rtnetlink(7) RTM_GETNSID: the number one network namespace has for another (linux/net_namespace.h). */
import { decodeAttributes, encodeAttribute, encodeInt32, numberOf } from './message';

export const RTM_NEWNSID = 88;
export const RTM_GETNSID = 90;

const NETNSA_NSID = 1;
const NETNSA_FD = 3;

/** Asks for the number of the namespace that `fd` refers to. */
export function nsidRequest(fd: number): Buffer {
  return Buffer.concat([Buffer.alloc(4), encodeAttribute(NETNSA_FD, encodeInt32(fd))]);
}

/** Null when the namespace has no number there: nothing links the two. */
export function decodeNsid(payload: Buffer): number | null {
  const id = numberOf(decodeAttributes(payload.subarray(4)), NETNSA_NSID);
  return id === null || id < 0 ? null : id;
}
