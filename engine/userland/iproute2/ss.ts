/** ss(8) of iproute2 6.1: sockets of the caller's network namespace. */
import type { Blocking, Program, SocketInfo, Sys } from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { writeAll } from '../lib/io';
import { type ParsedOptions, parseOptions, UsageError } from '../lib/options';
import { Services } from '../net/names';
import { columnNetid, columnState, table } from './ss/columns';
import { allStates, connectedStates, FilterError, readFilter, type SocketTest, statesOf } from './ss/filter';
import { type Holders, socketHolders } from './ss/processes';
import { usageText } from './ss/usage';

const familyNames = new Set(['inet', 'inet6', 'link', 'unix', 'netlink', 'vsock', 'tipc', 'xdp']);

const specs = [
  { short: 'h', long: 'help' },
  { short: 'V', long: 'version' },
  { short: 'n', long: 'numeric' },
  { short: 'r', long: 'resolve' },
  { short: 'a', long: 'all' },
  { short: 'l', long: 'listening' },
  { short: 'o', long: 'options' },
  { short: 'e', long: 'extended' },
  { short: 'p', long: 'processes' },
  { short: 'i', long: 'info' },
  { short: 's', long: 'summary' },
  { short: 'H', long: 'no-header' },
  { short: 'O', long: 'oneline' },
  { short: '4', long: 'ipv4' },
  { short: '6', long: 'ipv6' },
  { short: '0', long: 'packet' },
  { short: 't', long: 'tcp' },
  { short: 'u', long: 'udp' },
  { short: 'w', long: 'raw' },
  { short: 'x', long: 'unix' },
  { short: 'f', long: 'family', value: 'required' as const },
  { short: 'A', long: 'query', value: 'required' as const },
  { long: 'socket', as: 'query', value: 'required' as const },
  { short: 'N', long: 'net', value: 'required' as const },
  { short: 'Q', long: 'no-queues' },
  { short: 'm', long: 'memory' },
  { short: 'K', long: 'kill' },
];

type Kind = 'packet' | 'unix' | 'raw' | 'udp' | 'tcp';
/** In the order they are listed. */
const kinds: readonly Kind[] = ['packet', 'unix', 'raw', 'udp', 'tcp'];
const defaultStates: Record<Kind, readonly string[]> = {
  packet: ['UNCONN'],
  unix: [...connectedStates, 'UNCONN'],
  raw: ['ESTAB'],
  udp: ['ESTAB'],
  tcp: connectedStates,
};

export const ss: Program = function* (sys, argv) {
  try {
    const options = parseOptions(argv.slice(1), specs);
    return yield* run(sys, options);
  } catch (error) {
    if (error instanceof FilterError) {
      yield* writeAll(sys, 2, `${error.message}\n`);
      return 255;
    }
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `ss: ${error.message}\n${usageText}`);
    return 255;
  }
};

function* run(sys: Sys, options: ParsedOptions): Blocking<number> {
  if (options.has('help')) {
    yield* writeAll(sys, 1, usageText);
    return 0;
  }
  const family = options.value('family');
  if (family !== null && !familyNames.has(family)) throw new UsageError(`"${family}" is invalid family`);
  if (options.has('version')) {
    yield* writeAll(sys, 1, 'ss utility, iproute2-6.1.0\n');
    return 0;
  }
  for (const name of ['memory', 'kill', 'net'])
    if (options.has(name)) throw new FilterError(`ss: --${name} is not here.`);
  if (options.has('summary')) {
    yield* writeAll(sys, 1, summary(sys.sockets()));
    return 0;
  }
  const services = yield* Services.load(sys);
  const wanted = wantedKinds(options);
  const { states, test, isNarrow } = selection(options, wanted, services);
  const found = kinds.flatMap((kind) =>
    wanted.has(kind) ? ordered(sys.sockets().filter((socket) => kindOf(socket) === kind)) : [],
  );
  const families = familiesOf(options);
  const shown = found.filter((socket) => isWanted(socket, states, test, families));
  const holders = options.has('processes') ? yield* socketHolders(sys) : null;
  const rows = shown.map((socket) => row(socket, options, services, holders));
  const hidden = new Set<number>();
  if (wanted.size === 1 && !wanted.has('unix')) hidden.add(columnNetid);
  if (isNarrow) hidden.add(columnState);
  yield* writeAll(sys, 1, table(rows, { header: !options.has('no-header'), hidden, screenWidth: screenWidth(sys) }));
  return 0;
}

function wantedKinds(options: ParsedOptions): Set<Kind> {
  const wanted = new Set<Kind>();
  if (options.has('tcp')) wanted.add('tcp');
  if (options.has('udp')) wanted.add('udp');
  if (options.has('raw')) wanted.add('raw');
  if (options.has('unix')) wanted.add('unix');
  if (options.has('packet')) wanted.add('packet');
  for (const name of (options.value('query') ?? '').split(',')) {
    if (name === 'inet') for (const kind of ['tcp', 'udp', 'raw'] as const) wanted.add(kind);
    else if (name === 'all' || name === 'any') for (const kind of kinds) wanted.add(kind);
    else for (const kind of kinds) if (kind === name) wanted.add(kind);
  }
  const family = options.value('family');
  if (family === 'unix') wanted.add('unix');
  if (wanted.size > 0) return wanted;
  if (options.has('ipv4') || options.has('ipv6') || family === 'inet' || family === 'inet6')
    return new Set<Kind>(['tcp', 'udp', 'raw']);
  return new Set(kinds);
}

function familiesOf(options: ParsedOptions): ReadonlySet<string> | null {
  const family = options.value('family');
  const families = new Set<string>();
  if (options.has('ipv4') || family === 'inet') families.add('inet');
  if (options.has('ipv6') || family === 'inet6') families.add('inet6');
  return families.size === 0 ? null : families;
}

interface Selection {
  states: ReadonlyMap<Kind, ReadonlySet<string>>;
  test: SocketTest | null;
  /** Only one state is asked for. */
  isNarrow: boolean;
}

function selection(options: ParsedOptions, wanted: ReadonlySet<Kind>, services: Services): Selection {
  const words = options.operands.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '');
  const named = new Set<string>();
  const excluded = new Set<string>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === 'state') for (const state of statesOf(words[++at] ?? '')) named.add(state);
    else if (word === 'exclude' || word === 'excl')
      for (const state of statesOf(words[++at] ?? '')) excluded.add(state);
    else rest.push(word);
  }
  const states = new Map<Kind, ReadonlySet<string>>();
  const union = new Set<string>();
  for (const kind of wanted) {
    const usual = options.has('all')
      ? allStates
      : options.has('listening')
        ? ['LISTEN', 'UNCONN']
        : defaultStates[kind];
    const chosen = named.size > 0 ? [...named] : usual;
    const left = chosen.filter((state) => !excluded.has(state));
    states.set(kind, new Set(left));
    for (const state of left) union.add(state);
  }
  const portOf = (name: string) => (/^\d+$/.test(name) ? Number(name) : services.port(name));
  return { states, test: readFilter(rest, portOf), isNarrow: union.size === 1 };
}

function kindOf({ protocol }: SocketInfo): Kind | null {
  return protocol === 'icmp' ? 'udp' : protocol;
}

/** IPv4 before IPv6, and of each those that listen first. */
function ordered(sockets: readonly SocketInfo[]): SocketInfo[] {
  const rank = ({ family, state }: SocketInfo) => (family === 'inet6' ? 2 : 0) + (state === 'LISTEN' ? 0 : 1);
  return [...sockets].sort((a, b) => rank(a) - rank(b));
}

function isWanted(
  socket: SocketInfo,
  states: Selection['states'],
  test: SocketTest | null,
  families: ReadonlySet<string> | null,
): boolean {
  const kind = kindOf(socket);
  if (kind === null || !states.get(kind)?.has(socket.state)) return false;
  if (families && (kind === 'unix' || kind === 'packet' || !families.has(socket.family))) return false;
  return test === null || test(socket);
}

const netids: Record<SocketInfo['protocol'], string> = {
  tcp: 'tcp',
  udp: 'udp',
  raw: 'raw',
  icmp: 'icmp',
  unix: 'u_str',
  packet: 'p_raw',
};

function row(socket: SocketInfo, options: ParsedOptions, services: Services, holders: Holders | null): string[] {
  const [local, localPort, remote, remotePort] =
    socket.protocol === 'unix' ? unixEnds(socket) : inetEnds(socket, options, services);
  return [
    netidOf(socket),
    socket.state,
    String(socket.recvQueue).padEnd(6),
    String(socket.sendQueue).padEnd(6),
    local,
    localPort,
    remote,
    remotePort,
    process(socket, options, holders),
    '',
  ];
}

function netidOf({ protocol, type, family }: SocketInfo): string {
  if (protocol === 'unix') return type === 'dgram' ? 'u_dgr' : type === 'seqpacket' ? 'u_seq' : 'u_str';
  if (protocol === 'packet') return type === 'dgram' ? 'p_dgr' : 'p_raw';
  if (protocol === 'icmp') return family === 'inet6' ? 'icmp6' : 'icmp';
  return netids[protocol];
}

function unixEnds({ local, inode, remote, peerInode }: SocketInfo): [string, string, string, string] {
  return [`${local === '' ? '*' : local} `, String(inode), `${remote === '' ? '*' : remote} `, String(peerInode ?? 0)];
}

function inetEnds(socket: SocketInfo, options: ParsedOptions, services: Services): [string, string, string, string] {
  const { protocol, local, localPort, remote, remotePort, device = '' } = socket;
  if (protocol === 'packet') return [`${local}:`, device === '' ? '*' : device, '*', ''];
  const scope = device === '' ? '' : `%${device}`;
  const name = (port: number) => {
    if (port === 0) return '*';
    return options.has('numeric')
      ? String(port)
      : (services.name(port, protocol === 'udp' ? 'udp' : 'tcp') ?? String(port));
  };
  return [`${address(socket, local)}${scope}:`, name(localPort), `${address(socket, remote)}:`, name(remotePort)];
}

/** Both families at once is a star. */
function address({ family, v6only }: SocketInfo, text: string): string {
  if (family !== 'inet6') return text;
  return text === '::' && !v6only ? '*' : `[${text}]`;
}

function process(
  { inode, uid, family, v6only, protocol }: SocketInfo,
  options: ParsedOptions,
  holders: Holders | null,
): string {
  const parts: string[] = [];
  const held = holders?.get(inode);
  if (held) parts.push(` users:(${held.join(',')})`);
  if (options.has('extended')) {
    if (uid !== 0) parts.push(` uid:${uid}`);
    parts.push(` ino:${inode} sk:${inode.toString(16)} cgroup:/`);
    if (family === 'inet6' && protocol !== 'unix') parts.push(` v6only:${v6only ? 1 : 0}`);
    parts.push(' <->');
  }
  return parts.join('');
}

function screenWidth(sys: Sys): number | null {
  return orNull(() => (sys.isatty(1) ? sys.getWinsize(1).cols || 80 : null));
}

function summary(sockets: readonly SocketInfo[]): string {
  const count = (protocol: SocketInfo['protocol'], family?: string) =>
    sockets.filter(
      (socket) =>
        socket.protocol === protocol && socket.inode !== 0 && (family === undefined || socket.family === family),
    ).length;
  const tcp = sockets.filter(({ protocol }) => protocol === 'tcp');
  const inState = (state: string) => tcp.filter((socket) => socket.state === state).length;
  const orphans = tcp.filter(({ inode, state }) => inode === 0 && state !== 'TIME-WAIT').length;
  const line = (name: string, protocols: ReadonlyArray<SocketInfo['protocol']>) => {
    const sum = (family?: string) => protocols.reduce((total, protocol) => total + count(protocol, family), 0);
    const [v4, v6] = [sum('inet'), sum('inet6')];
    return `${name}\t  ${String(v4 + v6).padEnd(9)} ${String(v4).padEnd(9)} ${String(v6).padEnd(9)}\n`;
  };
  return (
    `Total: ${sockets.filter(({ inode }) => inode !== 0).length}\n` +
    `TCP:   ${tcp.length} (estab ${inState('ESTAB')}, closed ${inState('TIME-WAIT')}, orphaned ${orphans}, timewait ${inState('TIME-WAIT')})\n\n` +
    'Transport Total     IP        IPv6\n' +
    line('RAW', ['raw']) +
    line('UDP', ['udp']) +
    line('TCP', ['tcp']) +
    line('INET', ['raw', 'udp', 'tcp']) +
    line('FRAG', []) +
    '\n'
  );
}
