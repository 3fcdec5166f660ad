/** pr: pages with headings, in columns (pr(1)). */
import { type Blocking, isSysError, strerror } from '../../../kernel/sim';
import { toBinary } from '../../lib/binary';
import { readAll } from '../../lib/io';
import { parseNumber } from '../../lib/numbers';
import { calendarOf, strftime } from '../../lib/time';
import { inputNames } from '../common/input';
import { splitLines } from '../common/lines';
import { Fatal, makeTool, type Tool } from '../common/tool';

interface PrSettings {
  columns: number;
  across: boolean;
  merge: boolean;
  doubled: boolean;
  dateFormat: string;
  formFeed: boolean;
  header: string | null;
  length: number;
  width: number;
  number: { separator: string; digits: number } | null;
  first: number;
  indent: number;
  isPlain: boolean;
  separator: string | null;
}

export const pr = makeTool({
  name: 'pr',
  options: [
    { long: 'columns', value: 'required' },
    { short: 'a', long: 'across' },
    { short: 'd', long: 'double-space' },
    { short: 'D', long: 'date-format', value: 'required' },
    { short: 'f', as: 'form-feed' },
    { short: 'F', long: 'form-feed' },
    { short: 'h', long: 'header', value: 'required' },
    { short: 'l', long: 'length', value: 'required' },
    { short: 'm', long: 'merge' },
    { short: 'n', long: 'number-lines', value: 'optional' },
    { short: 'N', long: 'first-line-number', value: 'required' },
    { short: 'o', long: 'indent', value: 'required' },
    { short: 'r', long: 'no-file-warnings' },
    { short: 's', long: 'separator', value: 'optional' },
    { short: 't', long: 'omit-header' },
    { short: 'T', long: 'omit-pagination' },
    { short: 'w', long: 'width', value: 'required' },
    { short: 'W', long: 'page-width', value: 'required' },
  ],
  rewrite: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '--columns=$1')),
  help: `[OPTION]... [FILE]...
Print the FILEs in pages with headings.

  -COLUMN, --columns=COLUMN   so many columns     -a, --across   filled line by line
  -d, --double-space          empty lines between
  -D, --date-format=FORMAT    of the heading      -h, --header=HEADER   instead of the name
  -F, -f, --form-feed         form feeds instead of empty lines
  -l, --length=N              lines a page (66)   -w, -W, --width=N   columns a page (72)
  -m, --merge                 all FILEs side by side
  -n[SEP[DIGITS]], --number-lines[=SEP[DIGITS]], -N NUMBER   line numbers
  -o, --indent=MARGIN         spaces in front     -s[CHAR], --separator[=CHAR]
  -r, --no-file-warnings      -t, --omit-header   no headings     -T, --omit-pagination`,
  *run(tool) {
    const settings = readSettings(tool);
    const files: Array<{ name: string; lines: string[]; time: number }> = [];
    for (const name of inputNames(tool)) {
      const lines = yield* readLines(tool, name);
      if (lines !== null) files.push({ name: name === '-' ? '' : name, lines, time: timeOf(tool, name) });
    }
    if (files.length === 0) return;
    if (settings.merge) {
      const now = tool.sys.clockGettime('realtime');
      const height = Math.max(...files.map(({ lines }) => lines.length));
      const rows = Array.from({ length: height }, (_, at) => files.map(({ lines }) => lines[at] ?? null));
      return yield* new Pages(tool, { ...settings, columns: files.length }, '', now).rows(rows);
    }
    for (const { name, lines, time } of files) yield* new Pages(tool, settings, name, time).lines(lines);
  },
});

function readSettings(tool: Tool): PrSettings {
  const number = (option: string, usual: number, what: string) => {
    const text = tool.value(option);
    if (text === null) return usual;
    const parsed = parseNumber(text);
    if (!parsed.ok)
      throw new Fatal(
        `${tool.quote(`${what}`)} invalid ${option}: ${tool.word(text)}`.replace(/^.*? invalid/, 'invalid'),
      );
    return parsed.value;
  };
  const columns = number('columns', 1, '-COLUMN');
  if (columns === 0) throw new Fatal(`invalid number of columns: ${tool.word('0')}`);
  if (tool.has('merge') && tool.has('columns'))
    throw new Fatal('cannot specify number of columns when printing in parallel');
  if (tool.has('merge') && tool.has('across'))
    throw new Fatal('cannot specify both printing across and printing in parallel');
  const length = number('length', 66, '-l PAGE_LENGTH');
  const numbering = tool.value('number-lines') ?? '';
  const [, separator = '\t', digits = '5'] = /^(\D?)(\d*)$/.exec(numbering) ?? [];
  return {
    columns,
    across: tool.has('across'),
    merge: tool.has('merge'),
    doubled: tool.has('double-space'),
    dateFormat: tool.value('date-format') ?? '%Y-%m-%d %H:%M',
    formFeed: tool.has('form-feed'),
    header: tool.value('header'),
    length,
    width: number('width', number('page-width', 72, '-W PAGE_WIDTH'), '-w PAGE_WIDTH'),
    number: tool.has('number-lines') ? { separator: separator || '\t', digits: Number(digits || 5) } : null,
    first: number('first-line-number', 1, '-N NUMBER'),
    indent: number('indent', 0, '-o MARGIN'),
    isPlain: tool.has('omit-header') || tool.has('omit-pagination') || length <= 10,
    separator: tool.has('separator') ? (tool.value('separator') ?? '\t') : null,
  };
}

function* readLines(tool: Tool, name: string): Blocking<string[] | null> {
  try {
    const fd = name === '-' ? 0 : yield* tool.sys.open(name, 0);
    const text = toBinary(yield* readAll(tool.sys, fd));
    if (fd !== 0) tool.sys.close(fd);
    return splitLines(text);
  } catch (error) {
    if (!isSysError(error)) throw error;
    tool.status = 1;
    if (!tool.has('no-file-warnings'))
      yield* tool.fail(`${tool.bare(name === '-' ? 'standard input' : name)}: ${strerror(error.errno)}`);
    return null;
  }
}

function timeOf(tool: Tool, name: string): number {
  return name === '-' ? tool.sys.clockGettime('realtime') : tool.sys.stat(name).mtime;
}

class Pages {
  #line: number;
  #page = 1;

  constructor(
    private readonly tool: Tool,
    private readonly settings: PrSettings,
    private readonly name: string,
    private readonly time: number,
  ) {
    this.#line = settings.first;
  }

  get #bodyLines(): number {
    const { length, isPlain, doubled } = this.settings;
    const lines = isPlain ? length : length - 10;
    return Math.max(1, doubled ? Math.floor(lines / 2) : lines);
  }

  *lines(lines: readonly string[]): Blocking<void> {
    const { columns, isPlain } = this.settings;
    const perPage = this.#bodyLines * columns;
    const all = columns === 1 && isPlain ? Math.max(1, lines.length) : perPage;
    for (let at = 0; at < lines.length; at += all) yield* this.#page_(this.#arrange(lines.slice(at, at + all)));
  }

  *rows(rows: ReadonlyArray<ReadonlyArray<string | null>>): Blocking<void> {
    const perPage = this.settings.isPlain ? Math.max(1, rows.length) : this.#bodyLines;
    for (let at = 0; at < rows.length; at += perPage) {
      const numbered = rows
        .slice(at, at + perPage)
        .map((row) => row.map((text, column) => (column === 0 ? this.#numbered(text ?? '') : text)));
      yield* this.#page_(numbered);
    }
  }

  /** In columns of equal length, or line by line. */
  #arrange(lines: readonly string[]): Array<Array<string | null>> {
    const { columns, across } = this.settings;
    const numbered = lines.map((line) => this.#numbered(line));
    const height = Math.ceil(numbered.length / columns);
    const at = (row: number, column: number) =>
      across ? row * columns + column : columnStart(numbered.length, columns, column) + row;
    const size = (column: number) => (across ? height : columnSize(numbered.length, columns, column));
    return Array.from({ length: height }, (_, row) =>
      Array.from({ length: columns }, (__, column) =>
        row < size(column) ? (numbered[at(row, column)] ?? null) : null,
      ),
    );
  }

  #numbered(text: string): string {
    const { number } = this.settings;
    if (number === null) return text;
    return `${String(this.#line++)
      .padStart(number.digits)
      .slice(-number.digits)}${number.separator}${text}`;
  }

  *#page_(rows: ReadonlyArray<ReadonlyArray<string | null>>): Blocking<void> {
    const { tool, settings } = this;
    if (!settings.isPlain) yield* tool.writeBinary(this.#heading());
    const margin = ' '.repeat(settings.indent);
    for (const row of rows) {
      yield* tool.writeBinary(`${margin}${this.#row(row)}\n${settings.doubled ? '\n' : ''}`);
    }
    if (settings.isPlain) return;
    const missing = this.#bodyLines - rows.length;
    const filler = '\n'.repeat((settings.doubled ? 2 : 1) * missing + 5);
    yield* tool.write(settings.formFeed ? '\f' : filler);
    this.#page++;
  }

  #row(row: ReadonlyArray<string | null>): string {
    const { columns, width, separator } = this.settings;
    if (columns === 1) return row[0] ?? '';
    if (separator !== null) return row.map((cell) => cell ?? '').join(separator);
    const each = Math.floor((width - (columns - 1)) / columns);
    let text = '';
    let column = 0;
    for (const [at, cell] of row.entries()) {
      if (cell === null) continue;
      const start = at * (each + 1);
      text += padTo(column, start);
      const shown = untabbed(cell).slice(0, each);
      text += shown.replace(/ {2,}/g, (blanks, from: number) => padTo(start + from, start + from + blanks.length));
      column = start + shown.length;
    }
    return text;
  }

  #heading(): string {
    const { dateFormat, header, width, indent } = this.settings;
    const date = strftime(dateFormat, calendarOf(this.time));
    const page = `Page ${this.#page}`;
    const title = header ?? this.name;
    const free = Math.max(0, width - date.length - title.length - page.length);
    const left = Math.floor(free / 2);
    const line = `${date}${' '.repeat(left)}${title}${' '.repeat(free - left)}${page}`;
    return `\n\n${' '.repeat(indent)}${line}\n\n\n`;
  }
}

function columnSize(count: number, columns: number, column: number): number {
  return Math.floor(count / columns) + (column < count % columns ? 1 : 0);
}

function columnStart(count: number, columns: number, column: number): number {
  let start = 0;
  for (let before = 0; before < column; before++) start += columnSize(count, columns, before);
  return start;
}

function untabbed(text: string): string {
  let result = '';
  for (const char of text)
    result = char === '\t' ? result.padEnd((Math.floor(result.length / 8) + 1) * 8) : result + char;
  return result;
}

/** With tabs where they help. */
function padTo(from: number, to: number): string {
  let text = '';
  let at = from;
  while (at < to) {
    const stop = (Math.floor(at / 8) + 1) * 8;
    if (stop <= to && stop - at > 1) {
      text += '\t';
      at = stop;
    } else {
      text += ' ';
      at++;
    }
  }
  return text;
}
