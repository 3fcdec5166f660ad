/** wc: counts lines, words, characters and bytes (wc(1)). */
import { type Blocking, decode, isSysError, type Sys, strerror } from '../../kernel/sim';
import { readAll } from '../lib/io';
import { UsageError } from '../lib/options';
import { isRegular } from '../lib/stat';
import { charWidth } from '../lib/width';
import { chunkBytes, closeInput, openInput } from './common/input';
import { Fatal, makeTool, type Tool } from './common/tool';

const columns = ['lines', 'words', 'chars', 'bytes', 'max-line-length'] as const;
type Column = (typeof columns)[number];
type Counts = Record<Column, number>;

export const wc = makeTool({
  name: 'wc',
  writeError: () => ['write error'],
  options: [
    { short: 'c', long: 'bytes' },
    { short: 'm', long: 'chars' },
    { short: 'l', long: 'lines' },
    { short: 'L', long: 'max-line-length' },
    { short: 'w', long: 'words' },
    { long: 'files0-from', value: 'required' },
  ],
  help: `[OPTION]... [FILE]...
Count newlines, words and bytes of each FILE, and of all together.

  -c, --bytes             bytes
  -m, --chars             characters
  -l, --lines             newlines
      --files0-from=F     the names are in F, each ended by NUL
  -L, --max-line-length   columns of the widest line
  -w, --words             words`,
  *run(tool) {
    const given = columns.filter((column) => tool.has(column));
    const shown: readonly Column[] = given.length > 0 ? given : ['lines', 'words', 'bytes'];
    const names = yield* inputs(tool);
    const width = numberWidth(tool.sys, names, shown.length);
    const total = noCounts();
    for (const name of names) {
      const counts = yield* countFile(tool, name, shown);
      if (counts === null) continue;
      yield* writeCounts(tool, counts, shown, width, name);
      for (const column of columns) {
        if (column === 'max-line-length') total[column] = Math.max(total[column], counts[column]);
        else total[column] += counts[column];
      }
    }
    if (names.length > 1) yield* writeCounts(tool, total, shown, width, 'total');
  },
});

/** Null: standard input that nobody named. */
function* inputs(tool: Tool): Blocking<Array<string | null>> {
  const list = tool.value('files0-from');
  if (list === null) return tool.operands.length === 0 ? [null] : tool.operands;
  const [operand] = tool.operands;
  if (operand !== undefined) {
    throw new UsageError(`extra operand ${tool.quote(operand)}\nfile operands cannot be combined with --files0-from`);
  }
  try {
    const fd = list === '-' ? 0 : yield* tool.sys.open(list, 0);
    const text = decode(yield* readAll(tool.sys, fd));
    return text.split('\0').filter((name, at, all) => name !== '' || at < all.length - 1);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`cannot open ${tool.quote(list)} for reading: ${strerror(error.errno)}`);
  }
}

/** Wide enough for the sum of the sizes, as far as they are known beforehand. */
function numberWidth(sys: Sys, names: ReadonlyArray<string | null>, count: number): number {
  if (names.length === 1 && count === 1) return 1;
  let [least, total] = [1, 0];
  for (const name of names) {
    try {
      const stat = name === null || name === '-' ? sys.fstat(0) : sys.stat(name);
      if (isRegular(stat)) total += stat.size;
      else least = 7;
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return Math.max(least, String(total).length);
}

function noCounts(): Counts {
  return { lines: 0, words: 0, chars: 0, bytes: 0, 'max-line-length': 0 };
}

function* writeCounts(
  tool: Tool,
  counts: Counts,
  shown: readonly Column[],
  width: number,
  name: string | null,
): Blocking<void> {
  const numbers = shown.map((column) => String(counts[column]).padStart(width)).join(' ');
  yield* tool.line(name === null ? numbers : `${numbers} ${name.includes('\n') ? tool.bare(name) : name}`);
}

function* countFile(tool: Tool, given: string | null, shown: readonly Column[]): Blocking<Counts | null> {
  const name = given ?? 'standard input';
  const input = yield* openInput(tool, given ?? '-');
  if (input === null) return null;
  const counter = new Counter(tool.utf8);
  yield* tool.attempt(tool.bare(name), () => counter.readFrom(tool, input.fd, shown));
  closeInput(tool.sys, input);
  return counter.counts;
}

class Counter {
  readonly counts = noCounts();
  #inWord = false;
  #column = 0;
  /** The code point that is being read, and how many bytes it still lacks. */
  #code = 0;
  #missing = 0;

  constructor(private readonly utf8: boolean) {}

  *readFrom(tool: Tool, fd: number, shown: readonly Column[]): Blocking<void> {
    const needsCharacters = shown.some((column) => column !== 'bytes' && column !== 'lines');
    for (;;) {
      const data = yield* tool.sys.read(fd, chunkBytes);
      if (data.length === 0) break;
      this.counts.bytes += data.length;
      if (needsCharacters) this.#characters(data);
      else this.#lines(data);
    }
    this.#endLine();
  }

  #lines(data: Uint8Array): void {
    for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) this.counts.lines++;
  }

  #characters(data: Uint8Array): void {
    for (const byte of data) {
      if (byte < 0x80 || !this.utf8) {
        this.#missing = 0;
        if (byte < 0x80) this.#character(byte);
        else this.#character(byte, true);
      } else if (byte >= 0xc2 && byte <= 0xf4) {
        this.#missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        this.#code = byte & (0x3f >> this.#missing);
      } else if (byte < 0xc0 && this.#missing > 0) {
        this.#code = (this.#code << 6) | (byte & 0x3f);
        if (--this.#missing === 0) this.#character(this.#code);
      }
    }
  }

  #character(code: number, isByte = false): void {
    const { counts } = this;
    counts.chars++;
    if (code === 10) {
      counts.lines++;
      this.#endLine();
      this.#inWord = false;
    } else if (code === 13 || code === 12) {
      this.#endLine();
      this.#inWord = false;
    } else if (code === 9) {
      this.#column += 8 - (this.#column % 8);
      this.#inWord = false;
    } else if (code === 32 || code === 11 || (!isByte && isWideSpace(code))) {
      if (code === 32) this.#column++;
      else if (code !== 11) this.#column += Math.max(0, charWidth(code));
      this.#inWord = false;
    } else {
      const width = isByte ? 0 : charWidth(code);
      if (width < 0 || isByte) return;
      this.#column += width;
      if (!this.#inWord) counts.words++;
      this.#inWord = true;
    }
  }

  #endLine(): void {
    this.counts['max-line-length'] = Math.max(this.counts['max-line-length'], this.#column);
    this.#column = 0;
  }
}

function isWideSpace(code: number): boolean {
  return code > 0x7f && /[\p{Zs}]/u.test(String.fromCodePoint(code));
}
