/** Colours of names: LS_COLORS, or what ls has built in (dircolors(1)). */

import * as abi from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { letterEscape } from '../common/escapes';
import type { Environment } from '../common/tool';
import { isKnownTerminal } from '../dircolors/database';
import type { Entry } from './entry';

/** By the two letters LS_COLORS has for a kind of file. */
const builtIn: ReadonlyArray<readonly [key: string, sequence: string]> = [
  ['lc', '\x1b['],
  ['rc', 'm'],
  ['rs', '0'],
  ['di', '01;34'],
  ['ln', '01;36'],
  ['pi', '33'],
  ['so', '01;35'],
  ['bd', '01;33'],
  ['cd', '01;33'],
  ['ex', '01;32'],
  ['do', '01;35'],
  ['su', '37;41'],
  ['sg', '30;43'],
  ['st', '37;44'],
  ['ow', '34;42'],
  ['tw', '30;42'],
  ['cl', '\x1b[K'],
];

export class Colors {
  readonly #sequences = new Map(builtIn);
  readonly #suffixes: Array<readonly [suffix: string, sequence: string]> = [];

  constructor(text: string) {
    for (const item of text.split(':')) {
      const equals = item.indexOf('=');
      if (equals <= 0) continue;
      const [key, sequence] = [item.slice(0, equals), sequenceOf(item.slice(equals + 1))];
      if (key.startsWith('*')) this.#suffixes.unshift([key.slice(1), sequence]);
      else this.#sequences.set(key, sequence);
    }
  }

  /** Whether that kind of file has a colour of its own. */
  has(key: string): boolean {
    const sequence = this.#sequences.get(key) ?? '';
    return sequence !== '' && !/^0+$/.test(sequence);
  }
  get linksLikeTargets(): boolean {
    return this.#sequences.get('ln') === 'target';
  }
  get start(): string {
    return this.#sequences.get('lc') ?? '';
  }
  /** Back to normal. */
  get reset(): string {
    const end = this.#sequences.get('ec');
    return end ?? `${this.start}${this.#sequences.get('rs') ?? ''}${this.#sequences.get('rc') ?? ''}`;
  }
  get clearToEnd(): string {
    return this.#sequences.get('cl') ?? '';
  }
  paint(sequence: string): string {
    return `${this.start}${sequence}${this.#sequences.get('rc') ?? ''}`;
  }

  /** The sequence for a name; null when it stays plain. */
  of(entry: Entry, isTarget: boolean): string | null {
    const name = isTarget ? (entry.target ?? '') : entry.name;
    const mode = isTarget
      ? entry.targetMode
      : this.linksLikeTargets && entry.isTargetThere
        ? entry.targetMode
        : entry.mode;
    if (isTarget && !entry.isTargetThere && this.has('mi')) return this.#sequences.get('mi') ?? null;
    const key = this.#key(entry, mode, isTarget);
    if (key === 'fi') {
      const suffix = this.#suffixes.find(([end]) => name.endsWith(end));
      if (suffix) return suffix[1];
    }
    if (key === 'ln' && !entry.isTargetThere && (this.linksLikeTargets || this.has('or'))) {
      return this.#sequences.get('or') ?? null;
    }
    return this.#sequences.get(key) ?? null;
  }

  #key(entry: Entry, mode: number, isTarget: boolean): string {
    switch (mode & abi.S_IFMT) {
      case abi.S_IFREG:
        return entry.stat === null && !isTarget ? 'fi' : this.#fileKey(entry, mode);
      case abi.S_IFDIR:
        return this.#directoryKey(mode);
      case abi.S_IFLNK:
        return 'ln';
      case abi.S_IFIFO:
        return 'pi';
      case abi.S_IFSOCK:
        return 'so';
      case abi.S_IFBLK:
        return 'bd';
      case abi.S_IFCHR:
        return 'cd';
      default:
        return 'or';
    }
  }

  #fileKey(entry: Entry, mode: number): string {
    if (mode & abi.S_ISUID && this.has('su')) return 'su';
    if (mode & abi.S_ISGID && this.has('sg')) return 'sg';
    if (entry.hasCapability && this.has('ca')) return 'ca';
    if (mode & 0o111 && this.has('ex')) return 'ex';
    return (entry.stat?.nlink ?? 1) > 1 && this.has('mh') ? 'mh' : 'fi';
  }

  #directoryKey(mode: number): string {
    const [isSticky, isWritable] = [(mode & abi.S_ISVTX) !== 0, (mode & 0o002) !== 0];
    if (isSticky && isWritable && this.has('tw')) return 'tw';
    if (isWritable && this.has('ow')) return 'ow';
    return isSticky && this.has('st') ? 'st' : 'di';
  }
}

/** Null where a terminal is not known to have colours, and nothing says otherwise. */
export function readColors(env: Environment): Colors | null {
  const text = env.LS_COLORS ?? '';
  if (text === '' && !env.COLORTERM && !isKnownTerminal(env.TERM ?? '')) return null;
  return new Colors(text);
}

const ownEscapes: Readonly<Record<string, string>> = bare({ '?': '\x7f', _: ' ' });

/** `\e`, `\033` and `^[` in sequences. */
function sequenceOf(text: string): string {
  return text
    .replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))/g, (_, octal?: string, hex?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return ownEscapes[letter ?? ''] ?? letterEscape(letter ?? '') ?? letter ?? '';
    })
    .replace(/\^([@-~?])/g, (_, char: string) =>
      char === '?' ? '\x7f' : String.fromCharCode(char.charCodeAt(0) & 0x1f),
    );
}
