/** Messages of DHCP (RFC 2131, section 2; options: RFC 2132). */
import { formatIp, parseIp } from '../../spec';

export const messageTypes = { discover: 1, offer: 2, request: 3, ack: 5, nak: 6, release: 7 } as const;

export const optionCodes = {
  subnetMask: 1,
  router: 3,
  domainNameServer: 6,
  domainName: 15,
  staticRoute: 33,
  requestedAddress: 50,
  leaseTime: 51,
  messageType: 53,
  serverIdentifier: 54,
  parameterRequestList: 55,
  message: 56,
  renewalTime: 58,
  rebindingTime: 59,
  clientIdentifier: 61,
  classlessRoutes: 121,
} as const;

export type Options = Map<number, Uint8Array>;

export interface DhcpMessage {
  op: 'request' | 'reply';
  xid: number;
  /** Seconds since the client began. */
  secs: number;
  /** The client's address, where it has one that it may use. */
  ciaddr: string;
  /** The address the server gives. */
  yiaddr: string;
  /** Hardware address of the client. */
  chaddr: string;
  options: Options;
}

const magic = 0x63825363;
const optionsAt = 240;
/** Relays of BOOTP drop what is shorter. */
const shortest = 300;
/** The client has no address that a reply could be sent to. */
const broadcastFlag = 0x8000;

export function encodeMessage(message: DhcpMessage): Uint8Array {
  const options = [...message.options].flatMap(([code, value]) => [code, value.length, ...value]);
  const bytes = new Uint8Array(Math.max(shortest, optionsAt + options.length + 1));
  const view = new DataView(bytes.buffer);
  // Operation, Ethernet, length of its addresses.
  bytes.set([message.op === 'request' ? 1 : 2, 1, 6]);
  view.setUint32(4, message.xid);
  view.setUint16(8, message.secs);
  view.setUint16(10, broadcastFlag);
  bytes.set(addressBytes(message.ciaddr), 12);
  bytes.set(addressBytes(message.yiaddr), 16);
  bytes.set(hardwareBytes(message.chaddr), 28);
  view.setUint32(236, magic);
  bytes.set([...options, 255], optionsAt);
  return bytes;
}

/** Null when it is none. */
export function decodeMessage(bytes: Uint8Array): DhcpMessage | null {
  if (bytes.length < optionsAt) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const options = view.getUint32(236) === magic ? decodeOptions(bytes.subarray(optionsAt)) : null;
  if (!options) return null;
  return {
    op: bytes[0] === 1 ? 'request' : 'reply',
    xid: view.getUint32(4),
    secs: view.getUint16(8),
    ciaddr: addressText(bytes.subarray(12, 16)),
    yiaddr: addressText(bytes.subarray(16, 20)),
    chaddr: hardwareText(bytes.subarray(28, 34)),
    options,
  };
}

/** An option that comes in pieces is one (RFC 3396). */
function decodeOptions(bytes: Uint8Array): Options | null {
  const options: Options = new Map();
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at++];
    if (code === 0) continue;
    const length = bytes[at++];
    if (code === 255 || code === undefined) return options;
    if (length === undefined || at + length > bytes.length) return null;
    options.set(code, Uint8Array.from([...(options.get(code) ?? []), ...bytes.subarray(at, at + length)]));
    at += length;
  }
  return options;
}

export const typeOf = ({ options }: DhcpMessage): number => options.get(optionCodes.messageType)?.[0] ?? 0;

export function addressBytes(text: string): Uint8Array {
  const value = parseIp(text)?.value ?? 0n;
  return Uint8Array.from([24n, 16n, 8n, 0n], (shift) => Number((value >> shift) & 0xffn));
}

export function addressText(bytes: Uint8Array): string {
  return formatIp({ family: 4, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) });
}

export const hardwareBytes = (text: string): Uint8Array =>
  Uint8Array.from(text.split(':'), (pair) => Number.parseInt(pair, 16));

export const hardwareText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');

export function numberOption(options: Options, code: number): number | undefined {
  const value = options.get(code);
  return value?.length === 4 ? new DataView(value.buffer, value.byteOffset).getUint32(0) : undefined;
}
