/** The tests a filter expression is made of. */

import { type IpAddress, nftNames as names, parseIp } from '../../../kernel/sim';
import { type Frame, type Ip, portsOf } from './decode';

export type Filter = (frame: Frame) => boolean;

/** What is wrong, as tcpdump says it. */
export class FilterError extends Error {}

export type Direction = 'src' | 'dst' | 'either' | 'both';

export function both(first: Filter | undefined, second: Filter): Filter {
  return first ? (frame) => first(frame) && second(frame) : second;
}

export function operate(sign: string, a: number, b: number): number {
  switch (sign) {
    case '&':
      return (a & b) >>> 0;
    case '|':
      return (a | b) >>> 0;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '<<':
      return (a << b) >>> 0;
    default:
      return a >>> b;
  }
}

export function bytesOf({ bytes, ip }: Frame, protocol: string): Uint8Array {
  if (protocol === 'ether' || !ip) return protocol === 'arp' ? bytes.subarray(14) : bytes;
  return protocol === 'ip' || protocol === 'ip6' ? ip.header : ip.payload;
}

export function toMany(which: string): Filter {
  return ({ ethernet }) => {
    const destination = ethernet?.destination ?? '';
    return which === 'broadcast'
      ? destination === 'ff:ff:ff:ff:ff:ff'
      : (Number.parseInt(destination.slice(0, 2), 16) & 1) === 1;
  };
}

function ends<T>(direction: Direction, source: T, destination: T, test: (value: T) => boolean): boolean {
  switch (direction) {
    case 'src':
      return test(source);
    case 'dst':
      return test(destination);
    case 'both':
      return test(source) && test(destination);
    default:
      return test(source) || test(destination);
  }
}

export function portTest(direction: Direction, from: number, to: number): Filter {
  return ({ ip }) => {
    const ports = ip ? portsOf(ip) : null;
    return ports !== null && ends(direction, ports.source, ports.destination, (port) => port >= from && port <= to);
  };
}

function addressesOf(frame: Frame): { source: string; destination: string } | null {
  if (frame.ip) return frame.ip;
  return frame.arp ? { source: frame.arp.sender, destination: frame.arp.target } : null;
}

export function hostTest(direction: Direction, text: string): Filter {
  if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) return macTest(direction, text);
  const wanted = parseIp(text);
  if (wanted === null) throw new FilterError(`unknown host '${text}'`);
  return (frame) => {
    const found = addressesOf(frame);
    return found !== null && ends(direction, found.source, found.destination, (address) => parseIp(address) === wanted);
  };
}

export function macTest(direction: Direction, text: string): Filter {
  const wanted = text.toLowerCase();
  return ({ ethernet }) =>
    ethernet !== null && ends(direction, ethernet.source, ethernet.destination, (address) => address === wanted);
}

export function netTest(direction: Direction, text: string): Filter {
  const [host = '', size] = text.split('/');
  const octets = host.split('.');
  // `net 10.1` is 10.1.0.0/16.
  const isShort = !host.includes(':') && octets.length < 4;
  const wanted = parseIp(
    isShort ? [...octets, ...Array.from({ length: 4 - octets.length }, () => '0')].join('.') : host,
  );
  if (wanted === null) throw new FilterError(`unknown network '${text}'`);
  const length =
    size === undefined ? (isShort ? octets.length * 8 : typeof wanted === 'number' ? 32 : 128) : Number(size);
  return (frame) => {
    const found = addressesOf(frame);
    return (
      found !== null &&
      ends(direction, found.source, found.destination, (address) => isWithin(parseIp(address), wanted, length))
    );
  };
}

function isWithin(address: IpAddress | null, network: IpAddress, length: number): boolean {
  if (address === null || typeof address !== typeof network) return false;
  const bits = typeof network === 'number' ? 32 : 128;
  const shift = BigInt(bits - length);
  return BigInt(address) >> shift === BigInt(network) >> shift;
}

export function protocolTest(protocol: string | null, value: string): Filter {
  const name = value.replace(/^\\/, '');
  const number = /^\d+$/.test(name) ? Number(name) : names.protocols.numberOf(name);
  if (number === null) throw new FilterError(`unknown ip proto '${name}'`);
  const version = (ip: Ip) => protocol === null || (protocol === 'ip6') === (ip.version === 6);
  return ({ ip }) => ip !== null && ip.protocol === number && version(ip);
}
