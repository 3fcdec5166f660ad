/** DNAT, SNAT, MASQUERADE, REDIRECT: other addresses and ports. */

import { formatIp, type NftValue, parseIp } from '../../../../kernel/sim';
import type { ExtensionContext, Translation } from '../extension';
import { IptablesError, type Words } from '../words';
import { Target } from './target';

interface Span {
  from: string;
  to: string;
}

/** SNAT, DNAT, MASQUERADE, REDIRECT. */
export class Nat extends Target {
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
