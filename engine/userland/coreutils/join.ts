/** join: lines of two files with the same key (join(1)). */
import { type Blocking, isSysError, strerror } from '../../kernel/sim';
import { binaryOf } from '../lib/binary';
import { parseNumber } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { type Line, Lines } from './common/lines';
import { Fatal, makeTool, type Tool } from './common/tool';

interface Row {
  fields: string[];
  key: string;
  text: string;
}

/** `0`: the key; else file and field. */
type OutputField = 'key' | { file: 0 | 1; field: number };

export const join = makeTool({
  name: 'join',
  options: [
    { short: 'a', value: 'required' },
    { short: 'e', value: 'required' },
    { short: '1', value: 'required' },
    { short: '2', value: 'required' },
    { short: 'i', long: 'ignore-case' },
    { short: 'j', value: 'required' },
    { short: 'o', value: 'required' },
    { short: 't', value: 'required' },
    { short: 'v', value: 'required' },
    { short: 'z', long: 'zero-terminated' },
    { long: 'check-order' },
    { long: 'nocheck-order' },
    { long: 'header' },
  ],
  help: `[OPTION]... FILE1 FILE2
For each pair of lines with the same key print one line. Both files are sorted by the key.

  -1 FIELD, -2 FIELD, -j FIELD   the key: field of FILE1, of FILE2, of both (1)
  -a FILENUM           also lines of that file without partner
  -v FILENUM           only those
  -e STRING            instead of missing fields
  -i, --ignore-case    keys in any case
  -o FORMAT            which fields: FILENUM.FIELD or 0 for the key, with commas; or auto
  -t CHAR              what separates fields, instead of blanks
      --check-order, --nocheck-order   --header   -z, --zero-terminated`,
  *run(tool) {
    const { operands } = tool;
    if (operands.length > 2) throw new UsageError(`extra operand ${tool.quote(operands[2] ?? '')}`);
    if (operands.length < 2) {
      const [only] = operands;
      throw new UsageError(only === undefined ? 'missing operand' : `missing operand after ${tool.word(only)}`);
    }
    const [left = '', right = ''] = operands;
    if (left === '-' && right === '-')
      throw new Fatal('both files cannot be standard input: No such file or directory');
    const joiner = new Joiner(tool, [yield* open(tool, left), yield* open(tool, right)]);
    yield* joiner.run();
  },
});

function* open(tool: Tool, name: string): Blocking<Lines> {
  try {
    return new Lines(tool.sys, name === '-' ? 0 : yield* tool.sys.open(name, 0), tool.has('zero-terminated') ? 0 : 10);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

class Joiner {
  readonly #keys: readonly [number, number];
  readonly #unpaired: readonly [boolean, boolean];
  readonly #withPairs: boolean;
  readonly #separator: string | null;
  readonly #empty: string;
  readonly #end: string;
  #format: OutputField[] | 'auto' | null;
  readonly #last: Array<Row | null> = [null, null];
  readonly #numbers = [0, 0];
  #isUnsorted = false;
  #hasUnpaired = false;

  constructor(
    private readonly tool: Tool,
    private readonly files: readonly [Lines, Lines],
  ) {
    const both = this.#field('j');
    this.#keys = [this.#field('1') ?? both ?? 0, this.#field('2') ?? both ?? 0];
    const shown = [...tool.options.values('a'), ...tool.options.values('v')];
    for (const text of shown) if (!/^[12]$/.test(text)) throw new Fatal(`invalid field number: ${tool.word(text)}`);
    this.#unpaired = [shown.includes('1'), shown.includes('2')];
    this.#withPairs = !tool.has('v');
    this.#separator = this.#readSeparator();
    this.#empty = binaryOf(tool.value('e') ?? '');
    this.#end = tool.has('zero-terminated') ? '\0' : '\n';
    const lists = tool.options.values('o');
    this.#format = lists.length === 0 ? null : lists.join(',') === 'auto' ? 'auto' : this.#readFormat(lists.join(','));
  }

  #field(option: string): number | null {
    const text = this.tool.value(option);
    if (text === null) return null;
    const parsed = parseNumber(text);
    if (!parsed.ok || parsed.value === 0) throw new Fatal(`invalid field number: ${this.tool.word(text)}`);
    return parsed.value - 1;
  }

  #readSeparator(): string | null {
    const text = this.tool.value('t');
    if (text === null) return null;
    if (text === '') return this.#end ?? '\n';
    if (text === '\\0') return '\0';
    const bytes = binaryOf(text);
    if (bytes.length > 1) throw new Fatal(`multi-character tab ${this.tool.word(text)}`);
    return bytes;
  }

  #readFormat(list: string): OutputField[] {
    return list
      .split(/[, \t]+/)
      .filter((part) => part !== '')
      .map((part) => {
        if (part === '0') return 'key';
        const match = /^([12])\.(\d+)$/.exec(part);
        if (!match) {
          if (/^[^012]/.test(part)) throw new Fatal(`invalid file number in field spec: ${this.tool.word(part)}`);
          throw new Fatal(`invalid field specifier: ${this.tool.word(part)}`);
        }
        if (Number(match[2]) === 0) throw new Fatal(`invalid field number: ${this.tool.word(match[2] ?? '')}`);
        return { file: match[1] === '1' ? 0 : 1, field: Number(match[2]) - 1 };
      });
  }

  *#next(side: 0 | 1): Blocking<Row | null> {
    const line = yield* this.#read(side);
    this.#numbers[side] = (this.#numbers[side] ?? 0) + 1;
    if (line === null) return null;
    const { text } = line;
    const fields =
      this.#separator === null ? text.replace(/^[ \t\n]+/, '').split(/[ \t\n]+/) : text.split(this.#separator);
    if (this.#separator === null && fields.at(-1) === '' && fields.length > 1) fields.pop();
    const raw = fields[this.#keys[side]] ?? '';
    const key = this.tool.has('ignore-case') ? raw.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : raw;
    const row = { fields, key, text };
    yield* this.#checkOrder(side, row);
    this.#last[side] = row;
    return row;
  }

  *#read(side: 0 | 1): Blocking<Line | null> {
    try {
      return yield* this.files[side].next();
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`read error: ${strerror(error.errno)}`);
    }
  }

  *#checkOrder(side: 0 | 1, row: Row): Blocking<void> {
    const { tool } = this;
    const last = this.#last[side];
    if (!last || last.key <= row.key || tool.has('nocheck-order')) return;
    const isStrict = tool.has('check-order');
    if (!isStrict && !this.#hasUnpaired) return;
    const message = `${tool.bare(tool.operands[side] ?? '')}:${this.#numbers[side]}: is not sorted: ${row.text}`;
    if (isStrict) throw new Fatal(message);
    if (!this.#isUnsorted) yield* tool.warn(message);
    this.#isUnsorted = true;
  }

  *run(): Blocking<void> {
    let [left, right] = [yield* this.#next(0), yield* this.#next(1)];
    if (this.#format === 'auto') this.#format = this.#autoFormat(left, right);
    if (this.tool.has('header')) {
      if (left !== null || right !== null)
        yield* this.#print(left, right, left?.fields[this.#keys[0]] ?? right?.fields[this.#keys[1]] ?? '');
      this.#last[0] = this.#last[1] = null;
      [left, right] = [yield* this.#next(0), yield* this.#next(1)];
    }
    while (left !== null && right !== null) {
      yield* this.tool.sys.checkpoint();
      if (left.key < right.key) {
        left = yield* this.#alone(0, left);
      } else if (left.key > right.key) {
        right = yield* this.#alone(1, right);
      } else {
        const key = left.key;
        const [lefts, nextLeft] = yield* this.#group(0, left, key);
        const [rights, nextRight] = yield* this.#group(1, right, key);
        if (this.#withPairs) {
          for (const one of lefts)
            for (const other of rights) yield* this.#print(one, other, one.fields[this.#keys[0]] ?? '');
        }
        [left, right] = [nextLeft, nextRight];
      }
    }
    while (left !== null) left = yield* this.#alone(0, left);
    while (right !== null) right = yield* this.#alone(1, right);
    if (this.#isUnsorted) yield* this.tool.fail('input is not in sorted order');
  }

  *#alone(side: 0 | 1, row: Row): Blocking<Row | null> {
    this.#hasUnpaired = true;
    if (this.#unpaired[side]) {
      const key = row.fields[this.#keys[side]] ?? '';
      yield* side === 0 ? this.#print(row, null, key) : this.#print(null, row, key);
    }
    return yield* this.#next(side);
  }

  *#group(side: 0 | 1, first: Row, key: string): Blocking<[rows: Row[], next: Row | null]> {
    const rows = [first];
    let next = yield* this.#next(side);
    while (next !== null && next.key === key) {
      rows.push(next);
      next = yield* this.#next(side);
    }
    return [rows, next];
  }

  #autoFormat(left: Row | null, right: Row | null): OutputField[] {
    const others = (file: 0 | 1, row: Row | null): OutputField[] =>
      (row?.fields ?? []).flatMap((_, field) => (field === this.#keys[file] ? [] : [{ file, field }]));
    return ['key', ...others(0, left), ...others(1, right)];
  }

  *#print(left: Row | null, right: Row | null, key: string): Blocking<void> {
    const format = this.#format;
    const filled = (text: string | undefined) => (text === undefined || text === '' ? this.#empty : text);
    let fields: string[];
    if (format === null || format === 'auto') {
      const others = (row: Row | null, side: 0 | 1) =>
        (row?.fields ?? []).filter((_, at) => at !== this.#keys[side]).map(filled);
      fields = [filled(key), ...others(left, 0), ...others(right, 1)];
    } else {
      fields = format.map((field) =>
        field === 'key' ? filled(key) : filled((field.file === 0 ? left : right)?.fields[field.field]),
      );
    }
    yield* this.tool.writeBinary(fields.join(this.#separator ?? ' ') + this.#end);
  }
}
