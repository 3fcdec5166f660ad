/** How ls writes a name: quoted, coloured, with an indicator behind. */

import type { Sys } from '../../../kernel/sim';
import * as abi from '../../../kernel/sim';
import { isPrintable, quoteArg } from '../../lib/quote';
import { canonicalPath } from '../../lib/realpath';
import { textWidth } from '../../lib/width';
import type { Entry } from './entry';
import type { Indicators, LsSettings } from './settings';

export class NameWriter {
  /** Some names of this listing are in quotes: the others stand one column to the right. */
  #isAligned = false;
  #hasUsedColor = false;

  constructor(
    private readonly sys: Sys,
    private readonly settings: LsSettings,
    private readonly utf8: boolean,
  ) {}

  begin(entries: readonly Entry[]): void {
    const { quoting, layout, width } = this.settings;
    const canAlign = layout === 'long' || ((layout === 'columns' || layout === 'rows') && width > 0);
    const isVariable = quoting === 'shell' || quoting === 'shell-escape';
    this.#isAligned = canAlign && isVariable && entries.some(({ name }) => this.quoted(name) !== name);
  }

  quoted(name: string, also = ''): string {
    const { quoting, questionMarks, indicators } = this.settings;
    const shown = questionMarks ? this.#withQuestionMarks(name) : name;
    const special = quoting === 'escape' ? ' ' : '';
    const signs = { none: '', slash: '', 'file-type': '*=>@|'.slice(1), classify: '*=>@|' }[indicators];
    return quoteArg(shown, quoting, { utf8: this.utf8, also: also + special + (quoting === 'literal' ? '' : signs) });
  }

  /** In the header of a directory a colon has to be told from its own. */
  directory(name: string): string {
    return this.quoted(name, ':');
  }

  #withQuestionMarks(name: string): string {
    return [...name].map((char) => (isPrintable(char, this.utf8) ? char : '?')).join('');
  }

  /** Columns it takes, with what stands around it. */
  width(entry: Entry): number {
    const name = this.quoted(entry.name);
    const pad = this.#isAligned && name === entry.name ? 1 : 0;
    return textWidth(name) + pad + this.indicator(entry).length;
  }

  indicator(entry: Entry): string {
    // A long listing shows that by the arrow.
    if (entry.target !== null && this.settings.layout === 'long') return '';
    return indicatorOf(this.settings.indicators, entry.mode, entry.stat !== null);
  }

  /** `column`: where it begins, for what has to be cleared when a coloured name goes over the edge. */
  text(entry: Entry, column = 0): string {
    const name = this.quoted(entry.name);
    const pad = this.#isAligned && name === entry.name ? ' ' : '';
    return (
      pad + this.#linked(entry.path, this.#colored(entry, name, false, column + pad.length)) + this.indicator(entry)
    );
  }

  /** ` -> target` of ls -l. */
  target(entry: Entry): string {
    if (entry.target === null) return '';
    const name = this.quoted(entry.target);
    const sign =
      this.settings.indicators === 'none' ? '' : indicatorOf(this.settings.indicators, entry.targetMode, true);
    return ` -> ${this.#colored(entry, name, true, 0)}${sign}`;
  }

  #colored(entry: Entry, name: string, isTarget: boolean, column: number): string {
    const { colors, width } = this.settings;
    const sequence = colors?.of(entry, isTarget) ?? null;
    if (colors === null || sequence === null) return name;
    const start = this.#hasUsedColor ? '' : colors.reset;
    this.#hasUsedColor = true;
    const size = textWidth(name);
    const wraps = width > 0 && Math.floor(column / width) !== Math.floor((column + size - 1) / width);
    return `${start}${colors.paint(sequence)}${name}${colors.reset}${wraps ? colors.clearToEnd : ''}`;
  }

  #linked(path: string, text: string): string {
    if (!this.settings.hyperlink) return text;
    const absolute = canonicalPath(this.sys, path, 'nothing');
    const escaped = [...absolute].map((char) => (/[\w/.~-]/.test(char) ? char : percent(char))).join('');
    return `\x1b]8;;file://${this.sys.uname().nodename}${escaped}\x07${text}\x1b]8;;\x07`;
  }
}

function percent(char: string): string {
  return [...abi.encode(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function indicatorOf(indicators: Indicators, mode: number, isKnown: boolean): string {
  if (indicators === 'none') return '';
  const kind = mode & abi.S_IFMT;
  if (kind === abi.S_IFDIR) return '/';
  if (indicators === 'slash') return '';
  if (kind === abi.S_IFREG) return indicators === 'classify' && isKnown && mode & 0o111 ? '*' : '';
  if (kind === abi.S_IFLNK) return '@';
  if (kind === abi.S_IFIFO) return '|';
  return kind === abi.S_IFSOCK ? '=' : '';
}
