/** One rule of iptables: read from words, written back as iptables-save does, and made into what nf_tables understands. */

import {
  type InetFamily,
  type NftRule,
  type NftStatement,
  type NftValue,
  nftNames as names,
} from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { type Extension, type ExtensionContext, match, one } from './extension';
import { TransportMatch } from './transport';
import { not } from './words';

export interface Prefix {
  address: string;
  length: number;
  inverted: boolean;
}

export interface Interface {
  name: string;
  inverted: boolean;
}

export class IptRule {
  source: Prefix | null = null;
  destination: Prefix | null = null;
  input: Interface | null = null;
  output: Interface | null = null;
  protocol: { number: number; inverted: boolean } | null = null;
  fragment: { inverted: boolean } | null = null;
  readonly matches: Extension[] = [];
  /** A verdict or a chain. */
  jump: string | null = null;
  isGoto = false;
  target: Extension | null = null;
  packets = 0;
  bytes = 0;

  constructor(
    readonly family: InetFamily,
    readonly services: Services,
  ) {}

  /** Extensions ask for the protocol whenever they need it: `-p` may come after them. */
  get context(): ExtensionContext {
    const protocol = () => (this.protocol?.inverted === false ? this.protocol.number : null);
    return {
      family: this.family,
      services: this.services,
      get protocol() {
        return protocol();
      },
    };
  }

  /** The same rule for other addresses. */
  withAddresses(source: Prefix | null, destination: Prefix | null): IptRule {
    const rule = new IptRule(this.family, this.services);
    rule.source = source;
    rule.destination = destination;
    rule.input = this.input;
    rule.output = this.output;
    rule.protocol = this.protocol;
    rule.fragment = this.fragment;
    rule.matches.push(...this.matches);
    rule.jump = this.jump;
    rule.isGoto = this.isGoto;
    rule.target = this.target;
    rule.packets = this.packets;
    rule.bytes = this.bytes;
    return rule;
  }

  /** Without `-A CHAIN`. */
  save(): string {
    return [this.saveTests(), this.saveAction()].filter((part) => part !== '').join(' ');
  }

  saveTests(): string {
    const parts: string[] = [];
    const prefix = ({ address, length, inverted }: Prefix, option: string) =>
      `${not(inverted)}${option} ${address}/${length}`;
    if (this.source) parts.push(prefix(this.source, '-s'));
    if (this.destination) parts.push(prefix(this.destination, '-d'));
    if (this.input) parts.push(`${not(this.input.inverted)}-i ${this.input.name}`);
    if (this.output) parts.push(`${not(this.output.inverted)}-o ${this.output.name}`);
    if (this.protocol) parts.push(`${not(this.protocol.inverted)}-p ${protocolName(this.protocol.number)}`);
    if (this.fragment) parts.push(`${not(this.fragment.inverted)}-f`);
    for (const one of this.matches) parts.push(`-m ${one.name}${one.save() === '' ? '' : ` ${one.save()}`}`);
    return parts.join(' ');
  }

  saveAction(): string {
    if (this.jump === null) return '';
    const options = this.target?.save() ?? '';
    return `${this.isGoto ? '-g' : '-j'} ${this.jump}${options === '' ? '' : ` ${options}`}`;
  }

  toNft(): Omit<NftRule, 'handle'> {
    const statements: NftStatement[] = [
      ...this.#plainTests(),
      ...this.matches
        .flatMap((one) => one.translate())
        .map(({ text, does }): NftStatement => ({ kind: 'translated', text, does })),
      { kind: 'counter', packets: this.packets, bytes: this.bytes },
      ...this.#action(),
    ];
    return { statements, iptables: [this.save()] };
  }

  #plainTests(): NftStatement[] {
    const statements: NftStatement[] = [];
    const device = (of: 'iifname' | 'oifname', { name, inverted }: Interface) =>
      match({ on: 'meta', of }, one(name.replace(/\+$/, '*')), inverted);
    if (this.input && this.input.name !== '+') statements.push(device('iifname', this.input));
    if (this.output && this.output.name !== '+') statements.push(device('oifname', this.output));
    const [first] = this.matches;
    const isImplied = first instanceof TransportMatch && first.translate().length > 0;
    if (this.protocol && !isImplied) {
      statements.push(
        match({ on: 'meta', of: 'l4proto' }, one(names.protocols.nameOf(this.protocol.number)), this.protocol.inverted),
      );
    }
    const on = this.family === 'inet' ? 'ip' : 'ip6';
    if (this.source) statements.push(match({ on, of: 'saddr' }, prefixValue(this.source), this.source.inverted));
    if (this.destination)
      statements.push(match({ on, of: 'daddr' }, prefixValue(this.destination), this.destination.inverted));
    if (this.fragment)
      statements.push({
        kind: 'translated',
        text: `ip frag-off & 8191 ${this.fragment.inverted ? '==' : '!='} 0`,
        does: neverTrue,
      });
    return statements;
  }

  #action(): NftStatement[] {
    if (this.jump === null) return [];
    if (this.target) return this.target.translate().map(({ text, does }) => ({ kind: 'translated', text, does }));
    switch (this.jump) {
      case 'ACCEPT':
        return [{ kind: 'verdict', verdict: { kind: 'accept' } }];
      case 'DROP':
        return [{ kind: 'verdict', verdict: { kind: 'drop' } }];
      case 'RETURN':
        return [{ kind: 'verdict', verdict: { kind: 'return' } }];
      default:
        return [{ kind: 'verdict', verdict: { kind: this.isGoto ? 'goto' : 'jump', chain: this.jump } }];
    }
  }
}

/** What is put together again is not a fragment any more. */
const neverTrue: NftStatement[] = [
  { kind: 'match', keys: [{ on: 'meta', of: 'length' }], op: '<', value: { kind: 'one', value: '0' } },
];

function prefixValue({ address, length }: Prefix): NftValue {
  return length === (address.includes(':') ? 128 : 32) ? one(address) : { kind: 'prefix', address, length };
}

export function protocolName(number: number): string {
  return names.protocols.nameOf(number);
}
