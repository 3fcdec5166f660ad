/** A match whose one option is read, written and translated by three functions. */

import type { Extension, ListOptions, Translation } from '../extension';
import { IptablesError, not, type Words } from '../words';

/** A match whose one option is read, written and translated by three functions. */
export interface SmallSpec<T> {
  name: string;
  options: readonly string[];
  read(option: string, words: Words, before: T | null): T;
  /** Message when nothing was said; null: that is fine. */
  required: string | null;
  save(value: T): string;
  list(value: T, options: ListOptions): string;
  translate(value: T): Translation[];
}

export class SmallMatch<T> implements Extension {
  readonly name: string;
  #value: T | null;

  constructor(
    private readonly spec: SmallSpec<T>,
    initial: T | null = null,
  ) {
    this.name = spec.name;
    this.#value = initial;
  }

  option(option: string, words: Words): boolean {
    if (!this.spec.options.includes(option)) return false;
    this.#value = this.spec.read(option, words, this.#value);
    return true;
  }
  complete(): void {
    if (this.#value === null && this.spec.required !== null) throw new IptablesError(this.spec.required);
  }
  save(): string {
    return this.#value === null ? '' : this.spec.save(this.#value);
  }
  list(options: ListOptions): string {
    return this.#value === null ? '' : this.spec.list(this.#value, options);
  }
  translate(): Translation[] {
    return this.#value === null ? [] : this.spec.translate(this.#value);
  }
}

export interface Text {
  text: string;
  inverted: boolean;
}

export function textSpec(
  name: string,
  option: string,
  parts: {
    list: (value: Text, options: ListOptions) => string;
    translate: (value: Text) => Translation[];
    check?: (text: string) => string;
  },
): SmallSpec<Text> {
  return {
    name,
    options: [option],
    required: `${name}: option "${option}" must be specified\n`,
    read: (given, words) => {
      const text = words.value(given);
      return { text: parts.check?.(text) ?? text, inverted: words.inverted };
    },
    save: ({ text, inverted }) => `${not(inverted)}${option} ${text}`,
    list: parts.list,
    translate: parts.translate,
  };
}

export const sign = (inverted: boolean) => (inverted ? '!= ' : '');
