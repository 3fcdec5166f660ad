/** `-m tcp`, `-m udp`: ports and flags. */
import { type NftKey, nftNames as names } from '../../../kernel/sim';
import {
  type Extension,
  type ExtensionContext,
  type ListOptions,
  match,
  one,
  range,
  type Translation,
} from './extension';
import { IptablesError, not, type Words } from './words';

export interface PortRange {
  from: number;
  to: number;
}

export function parsePort(text: string, { services }: ExtensionContext): number {
  const number = /^\d+$/.test(text) ? Number(text) : services.port(text);
  if (number === null || number > 65_535) throw new IptablesError(`invalid port/service \`${text}' specified`);
  return number;
}

export function parsePorts(text: string, context: ExtensionContext): PortRange {
  const [first = '', last] = text.split(':');
  const from = first === '' ? 0 : parsePort(first, context);
  const to = last === undefined ? from : last === '' ? 65_535 : parsePort(last, context);
  if (from > to) throw new IptablesError(`invalid portrange (min > max)`);
  return { from, to };
}

export function portName(port: number, protocol: 'tcp' | 'udp', { numeric, services }: ListOptions): string {
  return numeric ? String(port) : (services.name(port, protocol) ?? String(port));
}

const flagBits = [
  ['FIN', 1],
  ['SYN', 2],
  ['RST', 4],
  ['PSH', 8],
  ['ACK', 16],
  ['URG', 32],
] as const;
const synMask = 0x17;

function parseFlags(text: string): number {
  if (text === 'ALL') return 0x3f;
  if (text === 'NONE') return 0;
  let bits = 0;
  for (const name of text.split(',')) {
    const bit = flagBits.find(([one]) => one === name.toUpperCase())?.[1];
    if (bit === undefined) throw new IptablesError(`Unknown TCP flag \`${name}'`);
    bits |= bit;
  }
  return bits;
}

function flagsText(bits: number): string {
  return bits === 0
    ? 'NONE'
    : flagBits
        .filter(([, bit]) => (bits & bit) !== 0)
        .map(([name]) => name)
        .join(',');
}

interface Ports extends PortRange {
  inverted: boolean;
}

export class TransportMatch implements Extension {
  #source: Ports | null = null;
  #destination: Ports | null = null;
  #flags: { mask: number; set: number; inverted: boolean } | null = null;

  constructor(
    readonly name: 'tcp' | 'udp',
    private readonly context: ExtensionContext,
  ) {}

  option(option: string, words: Words): boolean {
    if (option === '--sport' || option === '--source-port') this.#source = this.#ports(option, words);
    else if (option === '--dport' || option === '--destination-port') this.#destination = this.#ports(option, words);
    else if (option === '--syn' && this.name === 'tcp')
      this.#flags = { mask: synMask, set: 2, inverted: words.inverted };
    else if (option === '--tcp-flags' && this.name === 'tcp') {
      const mask = parseFlags(words.value(option));
      this.#flags = { mask, set: parseFlags(words.value(option)), inverted: words.inverted };
    } else return false;
    return true;
  }

  complete(): void {
    if (this.context.protocol === (this.name === 'tcp' ? 6 : 17)) return;
    throw new IptablesError(`${this.name.toUpperCase()} match requires '-p ${this.name}'`);
  }

  #ports(option: string, words: Words): Ports {
    const ports = parsePorts(words.value(option), this.context);
    return { ...ports, inverted: words.inverted };
  }

  save(): string {
    const parts: string[] = [];
    const text = ({ from, to }: Ports) => (from === to ? String(from) : `${from}:${to}`);
    if (this.#source) parts.push(`${not(this.#source.inverted)}--sport ${text(this.#source)}`);
    if (this.#destination) parts.push(`${not(this.#destination.inverted)}--dport ${text(this.#destination)}`);
    if (this.#flags)
      parts.push(
        `${not(this.#flags.inverted)}--tcp-flags ${flagsText(this.#flags.mask)} ${flagsText(this.#flags.set)}`,
      );
    return parts.join(' ');
  }

  list(options: ListOptions): string {
    const parts: string[] = [this.name];
    const text = (which: string, { from, to, inverted }: Ports) => {
      const sign = inverted ? '!' : '';
      const port = (number: number) => portName(number, this.name, options);
      return from === to ? `${which}:${sign}${port(from)}` : `${which}s:${sign}${port(from)}:${port(to)}`;
    };
    if (this.#source) parts.push(text('spt', this.#source));
    if (this.#destination) parts.push(text('dpt', this.#destination));
    if (this.#flags) {
      const { mask, set, inverted } = this.#flags;
      const number = (bits: number) => `0x${bits.toString(16).toUpperCase().padStart(2, '0')}`;
      const show = options.numeric ? number : flagsText;
      parts.push(`flags:${inverted ? '!' : ''}${show(mask)}/${show(set)}`);
    }
    return parts.length === 1 ? '' : parts.join(' ');
  }

  translate(): Translation[] {
    const parts: Translation[] = [];
    const add = (of: 'sport' | 'dport', { from, to, inverted }: Ports) => {
      const key: NftKey = { on: this.name, of };
      const value = range(from, to);
      parts.push({
        text: `${this.name} ${of} ${inverted ? '!= ' : ''}${from === to ? from : `${from}-${to}`}`,
        does: [match(key, value, inverted)],
      });
    };
    if (this.#source) add('sport', this.#source);
    if (this.#destination) add('dport', this.#destination);
    if (this.#flags) {
      const { mask, set, inverted } = this.#flags;
      const list = (bits: number) => names.listOfBits(names.tcpFlags, bits);
      const text =
        set === 0
          ? `tcp flags ${inverted ? '' : '! '}${list(mask)}`
          : `tcp flags ${inverted ? '!= ' : ''}${list(set)} / ${list(mask)}`;
      parts.push({ text, does: [match({ on: 'tcp', of: 'flags' }, one(set), inverted, mask)] });
    }
    return parts;
  }
}

export class MultiportMatch implements Extension {
  readonly name = 'multiport';
  #which: 'sports' | 'dports' | 'ports' | null = null;
  #ports: PortRange[] = [];
  #inverted = false;

  constructor(private readonly context: ExtensionContext) {}

  option(option: string, words: Words): boolean {
    const which = {
      '--dports': 'dports',
      '--destination-ports': 'dports',
      '--sports': 'sports',
      '--source-ports': 'sports',
      '--ports': 'ports',
    } as const;
    const found = Object.entries(which).find(([name]) => name === option)?.[1];
    if (!found) return false;
    const { protocol } = this.context;
    if (protocol !== 6 && protocol !== 17) {
      throw new IptablesError("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
    }
    this.#which = found;
    this.#ports = words
      .value(option)
      .split(',')
      .map((text) => parsePorts(text, this.context));
    this.#inverted = words.inverted;
    return true;
  }

  complete(): void {
    if (this.#which === null) throw new IptablesError('multiport expection an option');
  }

  #text(port: (number: number) => string): string {
    return this.#ports.map(({ from, to }) => (from === to ? port(from) : `${port(from)}:${port(to)}`)).join(',');
  }

  save(): string {
    return `${not(this.#inverted)}--${this.#which} ${this.#text(String)}`;
  }

  list(options: ListOptions): string {
    const protocol = this.context.protocol === 17 ? 'udp' : 'tcp';
    return `multiport ${this.#which} ${this.#inverted ? ' !' : ''}${this.#text((port) => portName(port, protocol, options))}`;
  }

  translate(): Translation[] {
    const on = this.context.protocol === 17 ? 'udp' : 'tcp';
    const values = this.#ports.map(({ from, to }) => range(from, to));
    const list = this.#ports.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
    const set = `${this.#inverted ? '!= ' : ''}${list.length === 1 && !this.#inverted ? list[0] : `{ ${list.join(', ')} }`}`;
    const test = (of: 'sport' | 'dport') => match({ on, of }, { kind: 'set', values }, this.#inverted);
    if (this.#which === 'sports') return [{ text: `${on} sport ${set}`, does: [test('sport')] }];
    if (this.#which === 'dports') return [{ text: `${on} dport ${set}`, does: [test('dport')] }];
    const pairs = list.flatMap((port) => [`0-65535 . ${port}`, `${port} . 0-65535`]);
    const any = range(0, 65_535);
    const both = values.flatMap((value) => [
      { kind: 'concat' as const, values: [any, value] },
      { kind: 'concat' as const, values: [value, any] },
    ]);
    const keys: NftKey[] = [
      { on, of: 'sport' },
      { on, of: 'dport' },
    ];
    const text = `${on} sport . ${on} dport ${this.#inverted ? '!= ' : ''}{ ${pairs.join(', ')} }`;
    return [
      { text, does: [{ kind: 'match', keys, op: this.#inverted ? '!=' : '==', value: { kind: 'set', values: both } }] },
    ];
  }
}
