/** LOG: a line in the kernel's log. */

import type { ListOptions, Translation } from '../extension';
import { IptablesError, quoted, type Words } from '../words';
import { Target } from './target';

const levels = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'];

const defaultLevel = 4;

export class Log extends Target {
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
