/** Options of nc(1), as OpenBSD's netcat in Debian has them. */
import type { InetFamily } from '../../../kernel/sim';
import { type ParsedOptions, parseOptions } from '../../lib/options';

const withValue = 'IiMmOPpqsTVWwXx';
const plain = '46bCDdFhklNnrStUuvZz';

const specs = [
  ...[...withValue].map((short) => ({ short, value: 'required' as const })),
  ...[...plain].map((short) => ({ short })),
];

/** Ends nc with a message; without one the usage is shown. */
export class NcError extends Error {}

export interface NcSettings {
  listen: boolean;
  keep: boolean;
  udp: boolean;
  unix: boolean;
  scan: boolean;
  verbose: boolean;
  numeric: boolean;
  detached: boolean;
  closeAtEnd: boolean;
  crlf: boolean;
  broadcast: boolean;
  family: InetFamily | null;
  /** Seconds; null: none given. */
  timeout: number | null;
  quitAfter: number | null;
  interval: number;
  ttl: number | null;
  source: string | null;
  sourcePort: number | null;
  host: string | null;
  /** A port, a range, a service; of a unix socket its path. */
  port: string;
}

export function readNcOptions(args: readonly string[]): NcSettings | 'help' {
  const options = parseOptions(args, specs);
  if (options.has('h')) return 'help';
  const number = (name: string, what: string) => numberOption(options, name, what);
  const listen = options.has('l');
  const unix = options.has('U');
  const settings = {
    listen,
    unix,
    keep: options.has('k'),
    udp: options.has('u'),
    scan: options.has('z'),
    verbose: options.has('v'),
    numeric: options.has('n'),
    detached: options.has('d'),
    closeAtEnd: options.has('N'),
    crlf: options.has('C'),
    broadcast: options.has('b'),
    family: options.has('4') ? ('inet' as const) : options.has('6') ? ('inet6' as const) : null,
    timeout: number('w', 'timeout'),
    quitAfter: number('q', 'quit timer'),
    interval: number('i', 'interval') ?? 0,
    ttl: number('M', 'ttl'),
    source: options.value('s'),
    sourcePort: options.value('p') === null ? null : portNumber(options.value('p') ?? ''),
  };
  return { ...settings, ...target(options, settings) };
}

function numberOption(options: ParsedOptions, name: string, what: string): number | null {
  const text = options.value(name);
  if (text === null) return null;
  if (!/^-?\d+$/.test(text)) throw new NcError(`${what} invalid: ${text}`);
  const value = Number(text);
  return value < 0 ? null : value;
}

function target(
  options: ParsedOptions,
  { listen, unix }: { listen: boolean; unix: boolean },
): Pick<NcSettings, 'host' | 'port'> {
  const [first, second, ...more] = options.operands;
  if (more.length > 0) throw new NcError('');
  if (unix) {
    if (first === undefined || second !== undefined) throw new NcError('');
    checkModes(options);
    return { host: null, port: first };
  }
  const local = options.value('p');
  if (listen && local !== null) {
    if (first !== undefined) throw new NcError('');
    checkModes(options);
    return { host: options.value('s'), port: local };
  }
  if (first === undefined) throw new NcError(listen ? 'missing port number' : '');
  if (second === undefined) {
    if (!listen) throw new NcError('missing port number');
    checkModes(options);
    return { host: options.value('s'), port: first };
  }
  checkModes(options);
  return { host: first, port: second };
}

function checkModes(options: ParsedOptions): void {
  if (options.has('l') && options.has('z')) throw new NcError('cannot use -z and -l');
  if (!options.has('l') && options.has('k')) throw new NcError('must use -l with -k');
}

export function portNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new NcError(`port number invalid: ${text}`);
  if (Number(text) < 1) throw new NcError(`port number too small: ${text}`);
  if (Number(text) > 65_535) throw new NcError(`port number too large: ${text}`);
  return Number(text);
}
