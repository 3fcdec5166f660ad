/** sock_diag(7): the sockets of a network namespace. */
import type { NsId, Socket } from '../../../../state';
import { formatIp } from './ip-address';
import { decodeAttributes } from './message';

export const SOCK_DIAG_BY_FAMILY = 20;

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const protocols = { tcp: 6, udp: 17 } as const;
/** linux/tcp_states.h */
const TCP_ESTABLISHED = 1;
const TCP_CLOSE = 7;
const TCP_LISTEN = 10;

export const onlyListening = 1 << TCP_LISTEN;
export const anyState = 0xfff;

/** `states` is a set of bits `1 << TCP_...`. Dumping only the listening ones spares the kernel a walk of a large table. */
export function inetRequest(family: 'ipv4' | 'ipv6', protocol: 'tcp' | 'udp', states: number): Buffer {
  const request = Buffer.alloc(56);
  request[0] = family === 'ipv4' ? AF_INET : AF_INET6;
  request[1] = protocols[protocol];
  request.writeUInt32LE(states, 4);
  return request;
}

export function unixRequest(): Buffer {
  const UDIAG_SHOW_NAME = 1;
  const request = Buffer.alloc(24);
  request[0] = AF_UNIX;
  request.writeUInt32LE(0xffffffff, 4);
  request.writeUInt32LE(UDIAG_SHOW_NAME, 12);
  return request;
}

/** `struct inet_diag_msg` */
export function decodeInetSocket(payload: Buffer, protocol: 'tcp' | 'udp', ns: NsId): Socket | null {
  if (payload.length < 72) return null;
  const family = payload[0] === AF_INET ? 'ipv4' : 'ipv6';
  const size = family === 'ipv4' ? 4 : 16;
  const remotePort = payload.readUInt16BE(6);
  return {
    ns,
    protocol,
    family,
    local: endpoint(payload.subarray(8, 8 + size), payload.readUInt16BE(4)),
    remote: remotePort === 0 ? null : endpoint(payload.subarray(24, 24 + size), remotePort),
    state: inetState(payload[1] ?? 0, protocol),
    inode: payload.readUInt32LE(68),
  };
}

function inetState(state: number, protocol: 'tcp' | 'udp'): Socket['state'] {
  if (state === TCP_ESTABLISHED) return 'established';
  if (protocol === 'udp' || state === TCP_CLOSE) return 'unconnected';
  return state === TCP_LISTEN ? 'listen' : 'closing';
}

function endpoint(address: Buffer, port: number): string {
  const text = formatIp(address);
  return address.length === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}

/** `struct unix_diag_msg`. Null for a socket without a name: half of a pair, or a client. */
export function decodeUnixSocket(payload: Buffer, ns: NsId): Socket | null {
  if (payload.length < 16) return null;
  const UNIX_DIAG_NAME = 0;
  const name = decodeAttributes(payload.subarray(16)).get(UNIX_DIAG_NAME);
  if (!name || name.length === 0) return null;
  const local = name[0] === 0 ? `@${name.toString('utf8', 1)}` : name.toString('utf8').replace(/\0+$/, '');
  const state = payload[2];
  return {
    ns,
    protocol: 'unix',
    family: 'unix',
    local,
    remote: null,
    state: state === TCP_LISTEN ? 'listen' : state === TCP_ESTABLISHED ? 'established' : 'unconnected',
    inode: payload.readUInt32LE(4),
  };
}
