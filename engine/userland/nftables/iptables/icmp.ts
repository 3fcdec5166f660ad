/** `-m icmp`, `-m icmp6`: types by number or by name. */

import { nftNames as names } from '../../../kernel/sim';
import { type Extension, type ListOptions, match, one, type Translation } from './extension';
import { IptablesError, not, type Words } from './words';

interface Named {
  name: string;
  type: number;
  /** Null: whatever code. */
  code: number | null;
}

const any = 255;
const v4: readonly Named[] = [
  { name: 'any', type: any, code: null },
  { name: 'echo-reply', type: 0, code: null },
  { name: 'pong', type: 0, code: null },
  { name: 'destination-unreachable', type: 3, code: null },
  { name: 'network-unreachable', type: 3, code: 0 },
  { name: 'host-unreachable', type: 3, code: 1 },
  { name: 'protocol-unreachable', type: 3, code: 2 },
  { name: 'port-unreachable', type: 3, code: 3 },
  { name: 'fragmentation-needed', type: 3, code: 4 },
  { name: 'host-prohibited', type: 3, code: 10 },
  { name: 'communication-prohibited', type: 3, code: 13 },
  { name: 'source-quench', type: 4, code: null },
  { name: 'redirect', type: 5, code: null },
  { name: 'echo-request', type: 8, code: null },
  { name: 'ping', type: 8, code: null },
  { name: 'router-advertisement', type: 9, code: null },
  { name: 'router-solicitation', type: 10, code: null },
  { name: 'time-exceeded', type: 11, code: null },
  { name: 'ttl-exceeded', type: 11, code: null },
  { name: 'parameter-problem', type: 12, code: null },
  { name: 'timestamp-request', type: 13, code: null },
  { name: 'timestamp-reply', type: 14, code: null },
];
const v6: readonly Named[] = [
  { name: 'destination-unreachable', type: 1, code: null },
  { name: 'no-route', type: 1, code: 0 },
  { name: 'port-unreachable', type: 1, code: 4 },
  { name: 'packet-too-big', type: 2, code: null },
  { name: 'time-exceeded', type: 3, code: null },
  { name: 'ttl-exceeded', type: 3, code: null },
  { name: 'parameter-problem', type: 4, code: null },
  { name: 'echo-request', type: 128, code: null },
  { name: 'ping', type: 128, code: null },
  { name: 'echo-reply', type: 129, code: null },
  { name: 'pong', type: 129, code: null },
  { name: 'router-solicitation', type: 133, code: null },
  { name: 'router-advertisement', type: 134, code: null },
  { name: 'neighbour-solicitation', type: 135, code: null },
  { name: 'neighbor-solicitation', type: 135, code: null },
  { name: 'neighbour-advertisement', type: 136, code: null },
  { name: 'neighbor-advertisement', type: 136, code: null },
  { name: 'redirect', type: 137, code: null },
];

export class IcmpMatch implements Extension {
  readonly name: 'icmp' | 'icmp6';
  #type = any;
  #code: number | null = null;
  #inverted = false;
  #isGiven = false;

  constructor(private readonly isV6: boolean) {
    this.name = isV6 ? 'icmp6' : 'icmp';
  }

  option(option: string, words: Words): boolean {
    if (option !== (this.isV6 ? '--icmpv6-type' : '--icmp-type')) return false;
    const text = words.value(option);
    this.#inverted = words.inverted;
    this.#isGiven = true;
    const numbers = /^(\d+)(?:\/(\d+))?$/.exec(text);
    if (numbers) {
      this.#type = Number(numbers[1]);
      this.#code = numbers[2] === undefined ? null : Number(numbers[2]);
      return true;
    }
    const found = (this.isV6 ? v6 : v4).find(
      ({ name }) => name.startsWith(text.toLowerCase()) && (name === text.toLowerCase() || text.length > 2),
    );
    if (!found) throw new IptablesError(`Invalid ICMP${this.isV6 ? 'v6' : ''} type \`${text}'`);
    this.#type = found.type;
    this.#code = found.code;
    return true;
  }

  complete(): void {
    if (!this.#isGiven && this.isV6) throw new IptablesError("icmpv6 match: You must specify `--icmpv6-type'");
  }

  save(): string {
    const text =
      this.#type === any && !this.isV6 ? 'any' : `${this.#type}${this.#code === null ? '' : `/${this.#code}`}`;
    return `${not(this.#inverted)}--${this.isV6 ? 'icmpv6-type' : 'icmp-type'} ${text}`;
  }

  list({ numeric }: ListOptions): string {
    const sign = this.#inverted ? '!' : '';
    if (!numeric) {
      const found = (this.isV6 ? v6 : v4).find(({ type, code }) => type === this.#type && code === this.#code);
      if (found) return `${this.isV6 ? 'ipv6-icmp' : 'icmp'} ${sign}${found.name}`;
    }
    const code = this.#code === null ? '' : ` code ${this.#code}`;
    return `${this.isV6 ? 'ipv6-icmptype' : 'icmptype'} ${sign}${this.#type}${code}`;
  }

  translate(): Translation[] {
    const on = this.isV6 ? 'icmpv6' : 'icmp';
    if (this.#type === any && !this.isV6)
      return [{ text: 'ip protocol icmp', does: [match({ on: 'ip', of: 'protocol' }, one('icmp'))] }];
    const table = this.isV6 ? names.icmpv6Types : names.icmpTypes;
    const does = [match({ on, of: 'type' }, one(this.#type), this.#inverted)];
    if (this.#code !== null)
      return [{ text: `xt match ${this.name}`, does: [...does, match({ on, of: 'code' }, one(this.#code))] }];
    return [{ text: `${on} type ${this.#inverted ? '!= ' : ''}${table.nameOf(this.#type)}`, does }];
  }
}
