/** NOTRACK, CT, TCPMSS: targets with one thing to do. */

import type { Translation } from '../extension';
import type { Words } from '../words';
import { Target } from './target';

/** NOTRACK, and CT with --notrack. */
export class Untracked extends Target {
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

export class TcpMss extends Target {
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
