/** column: puts lists into columns, lines into tables (column(1), util-linux 2.38). */
import { type Blocking, isSysError, type Sys, strerror } from '../../kernel/sim';
import { complain, Output, readAll, writeAll } from '../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../lib/options';
import { splitBounded } from '../lib/room';
import { textWidth } from '../lib/width';
import { closeInput, openInput } from './common/input';
import { decodeLossless, encodeLossless } from './common/lossless';
import type { Environment } from './common/spawn';

const specs: OptionSpec[] = [
  { short: 't', long: 'table' },
  { short: 's', long: 'separator', value: 'required' },
  { short: 'o', long: 'output-separator', value: 'required' },
  { short: 'N', long: 'table-columns', value: 'required' },
  { short: 'R', long: 'table-right', value: 'required' },
  { short: 'H', long: 'table-hide', value: 'required' },
  { short: 'O', long: 'table-order', value: 'required' },
  { short: 'd', long: 'table-noheadings' },
  { short: 'n', long: 'table-name', value: 'required' },
  { short: 'J', long: 'json' },
  { short: 'L', long: 'keep-empty-lines' },
  { short: 'l', long: 'table-columns-limit', value: 'required' },
  { short: 'c', long: 'output-width', value: 'required' },
  { short: 'x', long: 'fillrows' },
  { short: 'e', long: 'table-header-repeat' },
  { short: 'h', long: 'help' },
  { short: 'T', long: 'table-truncate', value: 'required' },
  { short: 'E', long: 'table-noextreme', value: 'required' },
  { short: 'W', long: 'table-wrap', value: 'required' },
  { short: 'r', long: 'tree', value: 'required' },
  { short: 'i', long: 'tree-id', value: 'required' },
  { short: 'p', long: 'tree-parent', value: 'required' },
  { short: 'V', long: 'version' },
];
const help = `
Usage:
 column [options] [<file>...]

Columnates lists.
 -t table   -s CHARS input separators   -o TEXT output separator   -N NAMES   -R, -H, -O COLUMNS right, hidden, order
 -J JSON    -n NAME   -d no headings    -l LIMIT   -L keep empty lines   -c WIDTH   -x fill rows first
`;

class ColumnError extends Error {}

export function* column(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? help : 'column from util-linux 2.38.1\n');
      return 0;
    }
    if (options.has('tree'))
      throw new ColumnError(
        options.has('tree-id')
          ? 'trees are not there in this simulator'
          : 'options --tree-id and --tree-parent are required for tree formatting',
      );
    if (options.has('json') && !options.has('table-columns'))
      throw new ColumnError('option --table-columns required for --json');
    const { lines, failed } = yield* readLines(sys, options);
    const output = new Output(sys);
    yield* output.write(
      encodeLossless(
        options.has('json')
          ? json(lines, options)
          : options.has('table')
            ? table(lines, options)
            : fill(lines, options, width(sys, options, env)),
      ),
    );
    yield* output.flush();
    return failed ? 1 : 0;
  } catch (error) {
    if (error instanceof UsageError)
      yield* writeAll(sys, 2, `column: ${error.message}\nTry 'column --help' for more information.\n`);
    else if (error instanceof ColumnError) yield* complain(sys, 'column', error.message);
    else throw error;
    return 1;
  }
}

function width(sys: Sys, options: ParsedOptions, env: Environment): number {
  const given = options.value('output-width');
  if (given !== null) {
    if (given === 'unlimited') return Number.POSITIVE_INFINITY;
    if (!/^\d+$/.test(given)) throw new ColumnError(`invalid columns argument: '${given}'`);
    return Number(given);
  }
  try {
    return sys.getWinsize(1).cols || 80;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return Number(env.COLUMNS) || 80;
  }
}

function* readLines(sys: Sys, options: ParsedOptions): Blocking<{ lines: string[]; failed: boolean }> {
  const lines: string[] = [];
  let failed = false;
  for (const name of options.operands.length === 0 ? ['-'] : options.operands) {
    const opened = yield* openInput(sys, name);
    if ('errno' in opened) {
      failed = true;
      yield* complain(sys, 'column', `${name}: ${strerror(opened.errno)}`);
      continue;
    }
    const text = decodeLossless(yield* readAll(sys, opened.fd));
    closeInput(sys, opened.fd);
    const ended = text.endsWith('\n') ? text.slice(0, -1) : text;
    if (text !== '') for (const line of splitBounded(ended, '\n')) lines.push(line);
  }
  return { lines: options.has('keep-empty-lines') ? lines : lines.filter((line) => line.trim() !== ''), failed };
}

/** Cells of a line. Without -s any number of blanks separates them. */
function cells(line: string, options: ParsedOptions): string[] {
  const separators = options.value('separator');
  const limit = Number(options.value('table-columns-limit') ?? Number.POSITIVE_INFINITY);
  const parts: string[] = [];
  if (separators === null) {
    let rest = line.trimStart();
    while (rest !== '') {
      const [, word = '', more = ''] =
        parts.length + 1 >= limit ? ['', rest, ''] : (/^(\S+)\s*(.*)$/s.exec(rest) ?? []);
      parts.push(word);
      rest = more;
    }
    return parts;
  }
  let cell = '';
  for (const char of line) {
    if (separators.includes(char) && parts.length + 1 < limit) {
      parts.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...parts, cell];
}

/** Indexes of the columns an option names: numbers from 1, names, `-` for the unnamed, `0` for all. */
function columnsOf(option: string | null, names: readonly string[], count: number): number[] {
  if (option === null) return [];
  return option.split(',').flatMap((item) => {
    if (item === '0') return Array.from({ length: count }, (_, at) => at);
    if (/^\d+$/.test(item)) return Number(item) <= count ? [Number(item) - 1] : [];
    const at = names.indexOf(item);
    if (at < 0) throw new ColumnError(`undefined column name '${item}'`);
    return [at];
  });
}

function table(lines: readonly string[], options: ParsedOptions): string {
  const names = options.value('table-columns')?.split(',') ?? [];
  const rows = lines.map((line) => cells(line, options));
  const count = Math.max(names.length, ...rows.map((row) => row.length));
  const hidden = new Set(columnsOf(options.value('table-hide'), names, count));
  const right = new Set(columnsOf(options.value('table-right'), names, count));
  const first = columnsOf(options.value('table-order'), names, count);
  const order = [...first, ...Array.from({ length: count }, (_, at) => at).filter((at) => !first.includes(at))].filter(
    (at) => !hidden.has(at),
  );
  const all = names.length > 0 && !options.has('table-noheadings') ? [names, ...rows] : rows;
  const widths = order.map((at) => Math.max(0, ...all.map((row) => textWidth(row[at] ?? ''))));
  const separator = options.value('output-separator') ?? '  ';
  return all
    .map((row) => {
      const shown = order.map((at, place) => {
        const text = row[at] ?? '';
        const missing = ' '.repeat(Math.max(0, (widths[place] ?? 0) - textWidth(text)));
        // The last column is not filled up.
        if (place === order.length - 1 && (text === '' || !right.has(at))) return text;
        return right.has(at) ? missing + text : text + missing;
      });
      return `${shown.join(separator)}\n`;
    })
    .join('');
}

function json(lines: readonly string[], options: ParsedOptions): string {
  const names = options.value('table-columns')?.split(',') ?? [];
  const quoted = (text: string) => JSON.stringify(text);
  const rows = lines.map((line) => {
    const row = cells(line, options);
    const fields = names.map(
      (name, at) =>
        `         ${quoted(name.toLowerCase())}: ${row[at] === undefined || row[at] === '' ? 'null' : quoted(row[at] ?? '')}`,
    );
    return `{\n${fields.join(',\n')}\n      }`;
  });
  return `{\n   ${quoted((options.value('table-name') ?? 'table').toLowerCase())}: [\n      ${rows.join(',')}\n   ]\n}\n`;
}

/** Columns as wide as the longest entry, in steps of tabs. */
function fill(entries: readonly string[], options: ParsedOptions, screen: number): string {
  const longest = entries.reduce((most, entry) => Math.max(most, textWidth(entry)), 0);
  const step = (Math.floor(longest / 8) + 1) * 8;
  const columns = Math.max(1, Math.floor(screen / step));
  if (longest >= screen || columns === 1) return entries.map((entry) => `${entry}\n`).join('');
  const rows = Math.ceil(entries.length / columns);
  const byRow = options.has('fillrows');
  let out = '';
  for (let row = 0; row < rows; row++) {
    const line: string[] = [];
    for (let at = 0; at < columns; at++) {
      const entry = entries[byRow ? row * columns + at : at * rows + row];
      if (entry !== undefined) line.push(entry);
    }
    out += line
      .map((entry, at) =>
        at === line.length - 1 ? entry : entry + '\t'.repeat(Math.ceil((step - textWidth(entry)) / 8)),
      )
      .join('');
    out += '\n';
  }
  return out;
}
