/** `-m conntrack`, `-m state`. */
import { bare } from '../../../kernel/sim';
import { type Extension, type ListOptions, match, one, type Translation } from './extension';
import { IptablesError, not, type Words } from './words';

/** In the order iptables writes them. */
const states = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'];
const statuses = ['SNAT', 'DNAT'];

interface Other {
  option: string;
  label: string;
  text: string;
  inverted: boolean;
}

export class ConntrackMatch implements Extension {
  #states: string[] = [];
  #inverted = false;
  readonly #others: Other[] = [];

  constructor(readonly name: 'conntrack' | 'state') {}

  option(option: string, words: Words): boolean {
    if (option === (this.name === 'state' ? '--state' : '--ctstate')) {
      this.#states = parseStates(words.value(option), this.name === 'conntrack');
      this.#inverted = words.inverted;
      return true;
    }
    if (this.name === 'state') return false;
    const label = bare<Record<string, string>>({
      '--ctproto': 'ctproto',
      '--ctorigsrc': 'ctorigsrc',
      '--ctorigdst': 'ctorigdst',
      '--ctorigdstport': 'ctorigdstport',
      '--ctdir': 'ctdir',
    })[option];
    if (label === undefined) return false;
    const value = words.value(option);
    const text =
      option === '--ctproto'
        ? (bare<Record<string, string>>({ tcp: '6', udp: '17', icmp: '1' })[value] ?? value)
        : value.replace(/\/32$/, '');
    this.#others.push({ option, label, text, inverted: words.inverted });
    return true;
  }

  complete(): void {
    if (this.#states.length === 0 && this.#others.length === 0)
      throw new IptablesError(
        this.name === 'state' ? 'You must specify "--state"' : 'conntrack: At least one option is required',
      );
  }

  save(): string {
    const parts =
      this.#states.length === 0
        ? []
        : [`${not(this.#inverted)}--${this.name === 'state' ? 'state' : 'ctstate'} ${this.#states.join(',')}`];
    return [
      ...this.#others.filter(({ option }) => option === '--ctproto'),
      ...this.#others.filter(({ option }) => option !== '--ctproto'),
    ].reduce(
      (text, other) => `${text}${text === '' ? '' : ' '}${not(other.inverted)}${other.option} ${other.text}`,
      parts.join(' '),
    );
  }

  list(_options: ListOptions): string {
    const parts =
      this.#states.length === 0
        ? []
        : [`${not(this.#inverted)}${this.name === 'state' ? 'state' : 'ctstate'} ${this.#states.join(',')}`];
    for (const { label, text, inverted } of this.#others) parts.push(`${not(inverted)}${label} ${text}`);
    return parts.join(' ');
  }

  translate(): Translation[] {
    const parts: Translation[] = [];
    const plain = this.#states.filter((state) => states.includes(state)).map((state) => state.toLowerCase());
    const status = this.#states.filter((state) => statuses.includes(state)).map((state) => state.toLowerCase());
    if (plain.length > 0)
      parts.push({
        text: `ct state ${this.#inverted ? '! ' : ''}${plain.join(',')}`,
        does: [match({ on: 'ct', of: 'state' }, one(plain.join(',')), this.#inverted)],
      });
    if (status.length > 0)
      parts.push({
        text: `ct status ${this.#inverted ? '! ' : ''}${status.join(',')}`,
        does: [match({ on: 'ct', of: 'status' }, one(status.join(',')), this.#inverted)],
      });
    for (const { label, text, inverted } of this.#others) parts.push(other(label, text, inverted));
    return parts;
  }
}

function other(label: string, text: string, inverted: boolean): Translation {
  const sign = inverted ? '!= ' : '';
  switch (label) {
    case 'ctproto':
      return {
        text: `ct original protocol ${sign}${text}`,
        does: [match({ on: 'meta', of: 'l4proto' }, one(text), inverted)],
      };
    case 'ctorigsrc':
      return {
        text: `ct original saddr ${sign}${text}`,
        does: [match({ on: 'ct', of: 'original saddr' }, one(text), inverted)],
      };
    case 'ctorigdst':
      return {
        text: `ct original daddr ${sign}${text}`,
        does: [match({ on: 'ct', of: 'original daddr' }, one(text), inverted)],
      };
    case 'ctdir':
      return {
        text: `ct direction ${text.toLowerCase()}`,
        does: [match({ on: 'ct', of: 'direction' }, one(text.toLowerCase()), inverted)],
      };
    default:
      return {
        text: `ct original proto-dst ${sign}${text}`,
        does: [match({ on: 'ct', of: 'original proto-dst' }, one(text), inverted)],
      };
  }
}

function parseStates(text: string, withStatus: boolean): string[] {
  const all = withStatus ? [...states, ...statuses] : states;
  const given = text.split(',').map((name) => {
    const found = all.find((state) => state === name.toUpperCase());
    if (found === undefined) throw new IptablesError(`Bad ${withStatus ? 'ctstate' : 'state'} "${name}"`);
    return found;
  });
  return all.filter((state) => given.includes(state));
}
