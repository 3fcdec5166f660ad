/** Targets of iptables (iptables-extensions(8)). */
import { formatIp, type NftStatement, type NftValue, parseIp } from '../../../kernel/sim';
import { type Extension, type ExtensionContext, hex, type ListOptions, mark, type Translation } from './extension';
import { parseMark } from './small-matches';
import { IptablesError, quoted, type Words } from './words';

abstract class Target implements Extension {
  abstract readonly name: string;
  abstract option(option: string, words: Words): boolean;
  complete(): void {}
  abstract save(): string;
  abstract list(options: ListOptions): string;
  abstract translate(): Translation[];
}

const rejectKinds4 = [
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-port-unreachable',
  'icmp-proto-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
  'tcp-reset',
];
const rejectKinds6 = [
  'icmp6-no-route',
  'icmp6-adm-prohibited',
  'icmp6-addr-unreachable',
  'icmp6-port-unreachable',
  'tcp-reset',
];
const shortKinds: Record<string, string> = {
  'net-unreach': 'icmp-net-unreachable',
  'host-unreach': 'icmp-host-unreachable',
  'port-unreach': 'icmp-port-unreachable',
  'proto-unreach': 'icmp-proto-unreachable',
  'net-prohib': 'icmp-net-prohibited',
  'host-prohib': 'icmp-host-prohibited',
  'admin-prohib': 'icmp-admin-prohibited',
};

class Reject extends Target {
  readonly name = 'REJECT';
  #with: string;

  constructor(private readonly isV6: boolean) {
    super();
    this.#with = isV6 ? 'icmp6-port-unreachable' : 'icmp-port-unreachable';
  }
  option(option: string, words: Words): boolean {
    if (option !== '--reject-with') return false;
    const text = words.value(option);
    const kind = shortKinds[text] ?? text;
    if (!(this.isV6 ? rejectKinds6 : rejectKinds4).includes(kind))
      throw new IptablesError(`unknown reject type "${text}"`);
    this.#with = kind;
    return true;
  }
  save(): string {
    return `--reject-with ${this.#with}`;
  }
  list(): string {
    return `reject-with ${this.#with}`;
  }
  translate(): Translation[] {
    const protocol = this.isV6 ? 'icmpv6' : 'icmp';
    if (this.#with === 'tcp-reset')
      return [{ text: 'reject with tcp reset', does: [{ kind: 'reject', with: 'tcp reset' }] }];
    const code = this.#with
      .replace(/^icmp6?-/, '')
      .replace('adm-', 'admin-')
      .replace('proto-', 'prot-');
    if (code === 'port-unreachable') return [{ text: 'reject', does: [{ kind: 'reject', with: null }] }];
    return [{ text: `reject with ${protocol} type ${code}`, does: [{ kind: 'reject', with: `${protocol} ${code}` }] }];
  }
}

const levels = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'];
const defaultLevel = 4;

class Log extends Target {
  readonly name = 'LOG';
  #prefix = '';
  #level = defaultLevel;

  option(option: string, words: Words): boolean {
    if (option === '--log-prefix') {
      this.#prefix = words.value(option);
      if (this.#prefix.length > 29) throw new IptablesError('LOG: option "--log-prefix" is too long');
    } else if (option === '--log-level') this.#level = levelOf(words.value(option));
    else
      return ['--log-tcp-sequence', '--log-tcp-options', '--log-ip-options', '--log-uid', '--log-macdecode'].includes(
        option,
      );
    return true;
  }
  save(): string {
    const parts = this.#prefix === '' ? [] : [`--log-prefix ${quoted(this.#prefix)}`];
    if (this.#level !== defaultLevel) parts.push(`--log-level ${this.#level}`);
    return parts.join(' ');
  }
  list({ numeric }: ListOptions): string {
    const level = numeric
      ? `LOG flags 0 level ${this.#level}`
      : `LOG level ${levels[this.#level] === 'warn' ? 'warn' : levels[this.#level]}`;
    return `${level}${this.#prefix === '' ? '' : ` prefix "${this.#prefix}"`}`;
  }
  translate(): Translation[] {
    const prefix = this.#prefix === '' ? '' : ` prefix "${this.#prefix}"`;
    const level =
      this.#level === defaultLevel ? '' : ` level ${levels[this.#level] === 'error' ? 'err' : levels[this.#level]}`;
    return [{ text: `log${prefix}${level}`, does: [{ kind: 'log', prefix: this.#prefix, level: null }] }];
  }
}

function levelOf(text: string): number {
  const named = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'].indexOf(text.toLowerCase());
  const number = /^\d$/.test(text) ? Number(text) : named >= 0 ? named : levels.indexOf(text.toLowerCase());
  if (number < 0 || number > 7) throw new IptablesError(`log-level "${text}" unknown`);
  return number;
}

interface Span {
  from: string;
  to: string;
}

/** SNAT, DNAT, MASQUERADE, REDIRECT. */
class Nat extends Target {
  #address: Span | null = null;
  #ports: { from: number; to: number } | null = null;
  #random = '';
  #persistent = false;
  #isGiven = false;

  constructor(
    readonly name: 'SNAT' | 'DNAT' | 'MASQUERADE' | 'REDIRECT',
    private readonly context: ExtensionContext,
  ) {
    super();
  }
  option(option: string, words: Words): boolean {
    const target = { SNAT: '--to-source', DNAT: '--to-destination', MASQUERADE: '--to-ports', REDIRECT: '--to-ports' }[
      this.name
    ];
    if (option.startsWith('--to') && target.startsWith(option)) {
      this.#isGiven = true;
      if (this.name === 'SNAT' || this.name === 'DNAT') this.#readTarget(words.value(option));
      else this.#ports = readPorts(words.value(option));
      if (this.#ports && !this.#hasPorts)
        throw new IptablesError(`Need TCP, UDP, SCTP or DCCP with port specification`);
    } else if (option === '--random' || option === '--random-fully') this.#random = option.slice(2);
    else if (option === '--persistent') this.#persistent = true;
    else return false;
    return true;
  }
  get #hasPorts(): boolean {
    return this.context.protocol === 6 || this.context.protocol === 17 || this.context.protocol === 132;
  }
  override complete(): void {
    if (this.#isGiven || this.name === 'MASQUERADE' || this.name === 'REDIRECT') return;
    throw new IptablesError(
      `${this.name}: option "--to-${this.name === 'SNAT' ? 'source' : 'destination'}" must be specified\n`,
    );
  }
  #readTarget(text: string): void {
    const bracketed = /^\[([^\]]+)\](?::(.+))?$/.exec(text);
    const plain = /^([^:]*)(?::(.+))?$/.exec(text);
    const isV6 = this.context.family === 'inet6';
    const [host = '', port] = bracketed
      ? [bracketed[1], bracketed[2]]
      : isV6
        ? [text, undefined]
        : [plain?.[1], plain?.[2]];
    if (port !== undefined) this.#ports = readPorts(port);
    if (host === '') return;
    const [from = '', to = from] = host.split('-');
    const ends = [parseIp(from), parseIp(to)];
    const [low, high] = ends;
    if (low === null || high === null || low === undefined || high === undefined)
      throw new IptablesError(`Bad IP address "${from}"`);
    this.#address = { from: formatIp(low), to: formatIp(high) };
  }
  get #targetText(): string {
    const { from, to } = this.#address ?? { from: '', to: '' };
    const host = from === to ? from : `${from}-${to}`;
    const text = this.#ports && host.includes(':') ? `[${host}]` : host;
    return `${text}${this.#ports ? `:${portsText(this.#ports)}` : ''}`;
  }
  save(): string {
    const parts: string[] = [];
    if (this.name === 'SNAT') parts.push(`--to-source ${this.#targetText}`);
    else if (this.name === 'DNAT') parts.push(`--to-destination ${this.#targetText}`);
    else if (this.#ports) parts.push(`--to-ports ${portsText(this.#ports)}`);
    if (this.#random !== '') parts.push(`--${this.#random}`);
    if (this.#persistent) parts.push('--persistent');
    return parts.join(' ');
  }
  list(): string {
    const parts: string[] = [];
    if (this.name === 'SNAT' || this.name === 'DNAT') parts.push(`to:${this.#targetText}`);
    else if (this.#ports)
      parts.push(`${this.name === 'MASQUERADE' ? 'masq ports:' : 'redir ports'} ${portsText(this.#ports)}`);
    if (this.#random !== '') parts.push(this.#random);
    if (this.#persistent) parts.push('persistent');
    return parts.join(' ');
  }
  translate(): Translation[] {
    const flags = [
      ...(this.#random === '' ? [] : [this.#random === 'random-fully' ? 'fully-random' : 'random']),
      ...(this.#persistent ? ['persistent'] : []),
    ];
    const tail = flags.length === 0 ? '' : ` ${flags.join(',')}`;
    const ports = this.#ports ? ` to :${portsText(this.#ports)}` : '';
    if (this.name === 'MASQUERADE')
      return [
        {
          text: `masquerade${ports}${tail}`,
          does: [{ kind: 'masquerade', flags, ...(this.#ports ? { port: this.#ports } : {}) }],
        },
      ];
    if (this.name === 'REDIRECT')
      return [{ text: `redirect${ports}${tail}`, does: [{ kind: 'redirect', port: this.#ports, flags }] }];
    const kind = this.name === 'SNAT' ? 'snat' : 'dnat';
    const address: NftValue | null =
      this.#address &&
      (this.#address.from === this.#address.to
        ? { kind: 'one', value: this.#address.from }
        : { kind: 'range', ...this.#address });
    return [{ text: `${kind} to ${this.#targetText}${tail}`, does: [{ kind, address, port: this.#ports, flags }] }];
  }
}

function readPorts(text: string): { from: number; to: number } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  if (!match || from < 1 || to > 65_535) throw new IptablesError(`Port \`${text}' not valid`);
  return { from, to };
}

function portsText({ from, to }: { from: number; to: number }): string {
  return from === to ? String(from) : `${from}-${to}`;
}

const all = 0xffffffff;

class Mark extends Target {
  readonly name = 'MARK';
  #value = 0;
  #mask = all;

  option(option: string, words: Words): boolean {
    if (option === '--set-mark' || option === '--set-xmark') {
      const { value, mask } = parseMark(words.value(option));
      this.#value = value;
      this.#mask = option === '--set-mark' ? (mask | value) >>> 0 : mask;
    } else if (option === '--or-mark') {
      this.#value = parseMark(words.value(option)).value;
      this.#mask = this.#value;
    } else if (option === '--and-mark') {
      this.#value = 0;
      this.#mask = ~parseMark(words.value(option)).value >>> 0;
    } else if (option === '--xor-mark') {
      this.#value = parseMark(words.value(option)).value;
      this.#mask = 0;
    } else return false;
    return true;
  }
  save(): string {
    return `--set-xmark ${hex(this.#value)}/${hex(this.#mask)}`;
  }
  list(): string {
    if (this.#mask === all) return `MARK set ${hex(this.#value)}`;
    if (this.#mask === this.#value) return `MARK or ${hex(this.#value)}`;
    if (this.#mask === 0) return `MARK xor ${hex(this.#value)}`;
    return this.#value === 0 ? `MARK and ${hex(~this.#mask)}` : `MARK xset ${hex(this.#value)}/${hex(this.#mask)}`;
  }
  translate(): Translation[] {
    return [
      {
        text: `meta mark set ${markExpression('mark', this.#value, this.#mask)}`,
        does: setMark('meta mark', this.#value, this.#mask),
      },
    ];
  }
}

function markExpression(name: string, value: number, mask: number): string {
  if (mask === all) return hex(value);
  if (mask === value) return `${name} or ${hex(value)}`;
  if (mask === 0) return `${name} xor ${hex(value)}`;
  return value === 0 ? `${name} and ${hex(~mask)}` : `${name} and ${hex(~mask)} xor ${hex(value)}`;
}

function setMark(key: 'meta mark' | 'ct mark', value: number, mask: number): NftStatement[] {
  if (mask === all) return [{ kind: 'set', key, value: mark(value) }];
  return [
    { kind: 'set', key, value: mark(~mask), op: 'and' },
    { kind: 'set', key, value: mark(value), op: 'xor' },
  ];
}

class Connmark extends Target {
  readonly name = 'CONNMARK';
  #mode: 'set' | 'save' | 'restore' | null = null;
  #value = 0;
  #mask = all;

  option(option: string, words: Words): boolean {
    if (option === '--save-mark') this.#mode = 'save';
    else if (option === '--restore-mark') this.#mode = 'restore';
    else if (option === '--set-mark' || option === '--set-xmark') {
      this.#mode = 'set';
      ({ value: this.#value, mask: this.#mask } = parseMark(words.value(option)));
    } else if (['--nfmask', '--ctmask', '--mask'].includes(option)) words.value(option);
    else return false;
    return true;
  }
  override complete(): void {
    if (this.#mode === null) throw new IptablesError('CONNMARK target: No operation specified');
  }
  save(): string {
    return this.#mode === 'set'
      ? `--set-xmark ${hex(this.#value)}/${hex(this.#mask)}`
      : `--${this.#mode}-mark --nfmask 0xffffffff --ctmask 0xffffffff`;
  }
  list(): string {
    return this.#mode === 'set' ? `CONNMARK set ${hex(this.#value)}` : `CONNMARK ${this.#mode}`;
  }
  translate(): Translation[] {
    if (this.#mode === 'save')
      return [{ text: 'ct mark set mark', does: [{ kind: 'restore', from: 'meta mark', to: 'ct mark' }] }];
    if (this.#mode === 'restore')
      return [{ text: 'meta mark set ct mark', does: [{ kind: 'restore', from: 'ct mark', to: 'meta mark' }] }];
    return [
      {
        text: `ct mark set ${markExpression('ct mark', this.#value, this.#mask)}`,
        does: setMark('ct mark', this.#value, this.#mask),
      },
    ];
  }
}

/** NOTRACK, and CT with --notrack. */
class Untracked extends Target {
  constructor(readonly name: 'NOTRACK' | 'CT') {
    super();
  }
  option(option: string): boolean {
    return this.name === 'CT' && option === '--notrack';
  }
  save(): string {
    return this.name === 'CT' ? '--notrack' : '';
  }
  list(): string {
    return this.name === 'CT' ? 'CT notrack' : 'NOTRACK';
  }
  translate(): Translation[] {
    return [{ text: 'notrack', does: [{ kind: 'notrack' }] }];
  }
}

class TcpMss extends Target {
  readonly name = 'TCPMSS';
  #value: number | null = null;

  option(option: string, words: Words): boolean {
    if (option === '--set-mss') this.#value = Number(words.value(option));
    else return option === '--clamp-mss-to-pmtu';
    return true;
  }
  save(): string {
    return this.#value === null ? '--clamp-mss-to-pmtu' : `--set-mss ${this.#value}`;
  }
  list(): string {
    return this.#value === null ? 'TCPMSS clamp to PMTU' : `TCPMSS set ${this.#value}`;
  }
  /** Segments here are as long as the way allows anyhow. */
  translate(): Translation[] {
    return [{ text: `tcp option maxseg size set ${this.#value ?? 'rt mtu'}`, does: [] }];
  }
}

/** Null when it is a chain, or nothing that is here. */
export function targetOf(name: string, context: ExtensionContext): Extension | null {
  switch (name) {
    case 'REJECT':
      return new Reject(context.family === 'inet6');
    case 'LOG':
      return new Log();
    case 'SNAT':
    case 'DNAT':
    case 'MASQUERADE':
    case 'REDIRECT':
      return new Nat(name, context);
    case 'MARK':
      return new Mark();
    case 'CONNMARK':
      return new Connmark();
    case 'NOTRACK':
    case 'CT':
      return new Untracked(name);
    case 'TCPMSS':
      return new TcpMss();
    default:
      return null;
  }
}
