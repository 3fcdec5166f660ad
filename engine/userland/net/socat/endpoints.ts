/** The ends of sockets: which addresses words mean, and how messages write them. */
import { type Blocking, formatIp, type InetFamily, type SocketAddress } from '../../../kernel/sim';
import { resolveHost } from '../names';
import type { Address } from './address';
import type { Opening } from './kind';
import { SocatError } from './log';

export function endText(address: SocketAddress): string {
  if (address.family === 'inet') return `AF=2 ${address.address}:${address.port}`;
  if (address.family === 'inet6') return `AF=10 [${longForm(address.address)}]:${address.port}`;
  return address.family === 'unix' ? `AF=1 ${address.path === '' ? '"<anon>"' : `"${address.path}"`}` : '';
}

/** All eight groups. */
function longForm(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].map((group) => group.padStart(4, '0')).join(':');
}

export function portOf({ services }: Opening, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : services.port(text);
  if (port === null)
    throw new SocatError(`getaddrinfo("NULL", "${text}", {1,0,1,6}, {}): Servname not supported for ai_socktype`);
  return port & 0xffff;
}

export function familyOf(kind: InetFamily | null, { options }: Address): InetFamily | null {
  const given = options.get('pf');
  if (given === 'ip4' || given === '4') return 'inet';
  return given === 'ip6' || given === '6' ? 'inet6' : kind;
}

export type InetAddress = Extract<SocketAddress, { family: 'inet' | 'inet6' }>;

export function* remoteAddresses(
  opening: Opening,
  address: Address,
  family: InetFamily | null,
): Blocking<InetAddress[]> {
  const [host = '', port = ''] = address.parameters;
  const found = yield* resolveHost(opening.sys, host.replace(/^\[|\]$/g, ''), family);
  if (found.length === 0)
    throw new SocatError(`getaddrinfo("${host}", "NULL", {1,0,1,6}, {}): Temporary failure in name resolution`);
  const number = portOf(opening, port);
  return found.map((one) => ({ family: one.family, address: formatIp(one.address), port: number }));
}

/** `bind=`, `sourceport=`. */
export function* localAddress(
  opening: Opening,
  { options }: Address,
  family: InetFamily,
  port: number | null,
): Blocking<InetAddress | null> {
  const bind = options.get('bind');
  const source = options.get('sourceport') ?? options.get('sp');
  if (bind === undefined && source === undefined && port === null) return null;
  const [, host = '', given] = /^(\[[^\]]*\]|[^:]*)(?::(.+))?$/.exec(bind ?? '') ?? [];
  const number = port ?? Number(given ?? source ?? 0);
  if (host === '') return { family, address: family === 'inet' ? '0.0.0.0' : '::', port: number };
  const [found] = yield* resolveHost(opening.sys, host.replace(/^\[|\]$/g, ''), family);
  if (!found)
    throw new SocatError(`getaddrinfo("${host}", "NULL", {1,0,1,6}, {}): Temporary failure in name resolution`);
  return { family, address: formatIp(found.address), port: number };
}

export function shown(address: InetAddress): string {
  return address.family === 'inet' ? address.address : `[${longForm(address.address)}]`;
}

export function unixPath(path: string, isAbstract: boolean): SocketAddress {
  return { family: 'unix', path: isAbstract ? `@${path}` : path };
}
