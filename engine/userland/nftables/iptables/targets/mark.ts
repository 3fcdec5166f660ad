/** MARK and CONNMARK: numbers on packets and connections. */

import type { NftStatement } from '../../../../kernel/sim';
import { hex, mark, type Translation } from '../extension';
import { parseMark } from '../matches/mark';
import { IptablesError, type Words } from '../words';
import { Target } from './target';

const all = 0xffffffff;

export class Mark extends Target {
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

export class Connmark extends Target {
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
