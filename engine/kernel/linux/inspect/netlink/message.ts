/** netlink(7): messages and attributes, as laid out on a little-endian machine. */

export interface NetlinkMessage {
  type: number;
  flags: number;
  sequence: number;
  port: number;
  payload: Buffer;
}

/** netlink(7), linux/netlink.h */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_REQUEST = 1;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;

const headerLength = 16;

export function encodeMessage(type: number, flags: number, sequence: number, payload: Buffer): Buffer {
  const message = Buffer.alloc(headerLength + payload.length);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(type, 4);
  message.writeUInt16LE(flags, 6);
  message.writeUInt32LE(sequence, 8);
  payload.copy(message, headerLength);
  return message;
}

/** The messages of one datagram. A cut-off message ends the list. Payloads are views into `datagram`. */
export function decodeMessages(datagram: Buffer): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  let at = 0;
  while (at + headerLength <= datagram.length) {
    const length = datagram.readUInt32LE(at);
    if (length < headerLength || at + length > datagram.length) break;
    messages.push({
      type: datagram.readUInt16LE(at + 4),
      flags: datagram.readUInt16LE(at + 6),
      sequence: datagram.readUInt32LE(at + 8),
      port: datagram.readUInt32LE(at + 12),
      payload: datagram.subarray(at + headerLength, at + length),
    });
    at += align(length);
  }
  return messages;
}

export type Attributes = Map<number, Buffer>;

/** Attributes by type; the flag bits NLA_F_NESTED and NLA_F_NET_BYTEORDER are taken off. */
export function decodeAttributes(data: Buffer): Attributes {
  const attributes: Attributes = new Map();
  let at = 0;
  while (at + 4 <= data.length) {
    const length = data.readUInt16LE(at);
    if (length < 4 || at + length > data.length) break;
    attributes.set(data.readUInt16LE(at + 2) & 0x3fff, data.subarray(at + 4, at + length));
    at += align(length);
  }
  return attributes;
}

export function encodeAttribute(type: number, value: Buffer): Buffer {
  const attribute = Buffer.alloc(align(4 + value.length));
  attribute.writeUInt16LE(4 + value.length, 0);
  attribute.writeUInt16LE(type, 2);
  value.copy(attribute, 4);
  return attribute;
}

export function encodeInt32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

export function numberOf(attributes: Attributes, type: number): number | null {
  const value = attributes.get(type);
  return value && value.length >= 4 ? value.readInt32LE(0) : null;
}

export function textOf(attributes: Attributes, type: number): string | null {
  const value = attributes.get(type);
  if (!value) return null;
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end < 0 ? value.length : end);
}

function align(length: number): number {
  return (length + 3) & ~3;
}
