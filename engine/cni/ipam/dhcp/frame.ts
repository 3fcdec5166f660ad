/** UDP in IPv4 in Ethernet, for somebody who has no address (RFC 768, RFC 791). */
import { addressBytes, hardwareBytes } from './message';

export const clientPort = 68;
export const serverPort = 67;

const etherHeader = 14;
const ipHeader = 20;
const udpHeader = 8;
const udp = 17;

export interface Datagram {
  /** Hardware addresses. */
  from: string;
  to: string;
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  payload: Uint8Array;
}

export function encodeFrame(datagram: Datagram): Uint8Array {
  const bytes = new Uint8Array(etherHeader + ipHeader + udpHeader + datagram.payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set(hardwareBytes(datagram.to), 0);
  bytes.set(hardwareBytes(datagram.from), 6);
  view.setUint16(12, 0x0800);
  // Version 4, five words of header, a time to live of 64.
  bytes[etherHeader] = 0x45;
  view.setUint16(etherHeader + 2, bytes.length - etherHeader);
  bytes.set([64, udp], etherHeader + 8);
  bytes.set(addressBytes(datagram.source), etherHeader + 12);
  bytes.set(addressBytes(datagram.destination), etherHeader + 16);
  view.setUint16(etherHeader + 10, checksum(bytes.subarray(etherHeader, etherHeader + ipHeader)));
  // Without a checksum of UDP, which IPv4 allows.
  const at = etherHeader + ipHeader;
  view.setUint16(at, datagram.sourcePort);
  view.setUint16(at + 2, datagram.destinationPort);
  view.setUint16(at + 4, udpHeader + datagram.payload.length);
  bytes.set(datagram.payload, at + udpHeader);
  return bytes;
}

/** What came to a port; null when the frame is something else. Checksums are the device's business. */
export function payloadFor(frame: Uint8Array, port: number): Uint8Array | null {
  if (frame.length < etherHeader + ipHeader + udpHeader) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const first = frame[etherHeader] ?? 0;
  if (view.getUint16(12) !== 0x0800 || first >> 4 !== 4 || frame[etherHeader + 9] !== udp) return null;
  const at = etherHeader + (first & 0xf) * 4;
  if (frame.length < at + udpHeader || view.getUint16(at + 2) !== port) return null;
  return frame.subarray(at + udpHeader, at + Math.max(udpHeader, view.getUint16(at + 4)));
}

function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += ((header[at] ?? 0) << 8) | (header[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
