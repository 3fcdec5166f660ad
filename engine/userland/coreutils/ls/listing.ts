/** Arranging the entries of one directory: long, in columns or rows, with commas, or one a line. */
import type { Blocking } from '../../../kernel/sim';
import { formatSize } from '../../lib/human';
import type { Accounts } from '../../lib/users';
import { indentation, layoutColumns } from '../../lib/width';
import type { Tool } from '../common/tool';
import type { Entry } from './entry';
import { LongFormat } from './long';
import type { NameWriter } from './name';
import type { LsSettings } from './settings';

export class Listing {
  readonly #long: LongFormat;

  constructor(
    private readonly tool: Tool,
    private readonly settings: LsSettings,
    private readonly names: NameWriter,
    accounts: Accounts,
  ) {
    this.#long = new LongFormat(settings, accounts, tool.sys.clockGettime('realtime'));
  }

  *write(entries: readonly Entry[]): Blocking<void> {
    this.names.begin(entries);
    const { tool, settings, names } = this;
    if (entries.length === 0) return;
    if (settings.layout === 'long') {
      const prefixes = this.#long.prefixes(entries);
      for (const [at, entry] of entries.entries()) {
        const prefix = prefixes[at] ?? '';
        yield* tool.write(prefix + names.text(entry, prefix.length) + names.target(entry) + settings.end);
      }
      return;
    }
    const prefixes = this.#shortPrefixes(entries);
    switch (settings.layout) {
      case 'single':
        for (const [at, entry] of entries.entries()) {
          yield* tool.write((prefixes[at] ?? '') + names.text(entry) + settings.end);
        }
        return;
      case 'commas':
        return yield* this.#commas(entries, prefixes, ',');
      default:
        if (settings.width === 0) return yield* this.#commas(entries, prefixes, ' ');
        return yield* this.#columns(entries, prefixes);
    }
  }

  /** Inodes and blocks before names that are not in a long listing. */
  #shortPrefixes(entries: readonly Entry[]): string[] {
    const { settings } = this;
    const isAligned = settings.layout !== 'commas';
    const columns: string[][] = [];
    if (settings.inode) columns.push(entries.map((entry) => (entry.hasFailed ? '?' : String(entry.ino))));
    if (settings.blocks) {
      columns.push(
        entries.map(({ stat }) => (stat === null ? '?' : formatSize(stat.blocks * 512, settings.blockFormat))),
      );
    }
    if (settings.context) columns.push(entries.map(() => '?'));
    const widths = columns.map((column) => (isAligned ? Math.max(...column.map((text) => text.length)) : 0));
    return entries.map((_, at) =>
      columns.map((column, number) => `${(column[at] ?? '').padStart(widths[number] ?? 0)} `).join(''),
    );
  }

  *#commas(entries: readonly Entry[], prefixes: readonly string[], separator: string): Blocking<void> {
    const { tool, settings, names } = this;
    let column = 0;
    for (const [at, entry] of entries.entries()) {
      const prefix = prefixes[at] ?? '';
      const size = settings.width === 0 ? 0 : names.width(entry) + prefix.length;
      if (at > 0) {
        const fits = settings.width === 0 || column + size + 2 < settings.width;
        if (fits) column += 2;
        else column = 0;
        yield* tool.write(separator + (fits ? ' ' : settings.end));
      }
      yield* tool.write(prefix + names.text(entry, column));
      column += size;
    }
    yield* tool.write(settings.end);
  }

  *#columns(entries: readonly Entry[], prefixes: readonly string[]): Blocking<void> {
    const { tool, settings, names } = this;
    const isAcross = settings.layout === 'rows';
    const sizes = entries.map((entry, at) => names.width(entry) + (prefixes[at]?.length ?? 0));
    const { rows, columns, widths } = layoutColumns(sizes, settings.width, isAcross);
    for (let row = 0; row < rows; row++) {
      let text = '';
      let position = 0;
      let printed = 0;
      for (let column = 0; column < columns; column++) {
        const at = isAcross ? row * columns + column : column * rows + row;
        const entry = entries[at];
        if (!entry) break;
        text += indentation(printed, position, settings.tabSize) + (prefixes[at] ?? '') + names.text(entry, position);
        printed = position + (sizes[at] ?? 0);
        position += widths[column] ?? 0;
      }
      yield* tool.write(text + settings.end);
    }
  }
}
