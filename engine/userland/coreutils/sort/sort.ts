/** sort: puts lines in order (sort(1)). C.UTF-8 sorts by bytes. */
import { type Blocking, bare, isSysError, O_CREAT, O_TRUNC, O_WRONLY, strerror } from '../../../kernel/sim';
import { binaryOf, fromBinary, toBinary } from '../../lib/binary';
import { Held } from '../../lib/held';
import { readAll, writeAll } from '../../lib/io';
import { type OptionSpec, UsageError } from '../../lib/options';
import { inputNames } from '../common/input';
import { Lines, splitLines } from '../common/lines';
import { chooseWord, Fatal, makeTool, type Tool } from '../common/tool';
import { compareLines, type Ordering, prepare, type Sortable } from './compare';
import { isPlain, type KeyOptions, noOptions, parseKey, type SortKey, setOrdering } from './keys';
import { mergeSort } from './merge-sort';
import { rewriteOldKeys } from './old-keys';

const failure = 2;
/** What is kept of a line besides its text. */
const bytesALine = 160;
const linesAtOnce = 1024;

const options: readonly OptionSpec[] = [
  { short: 'b', long: 'ignore-leading-blanks' },
  { short: 'd', long: 'dictionary-order' },
  { short: 'f', long: 'ignore-case' },
  { short: 'g', long: 'general-numeric-sort' },
  { short: 'i', long: 'ignore-nonprinting' },
  { short: 'M', long: 'month-sort' },
  { short: 'h', long: 'human-numeric-sort' },
  { short: 'n', long: 'numeric-sort' },
  { short: 'R', long: 'random-sort' },
  { long: 'random-source', value: 'required' },
  { short: 'r', long: 'reverse' },
  { long: 'sort', value: 'required' },
  { short: 'V', long: 'version-sort' },
  { long: 'batch-size', value: 'required' },
  { long: 'check', value: 'optional' },
  { short: 'c', as: 'check' },
  { short: 'C', as: 'C' },
  { long: 'compress-program', value: 'required' },
  { long: 'debug' },
  { long: 'files0-from', value: 'required' },
  { short: 'k', long: 'key', value: 'required' },
  { short: 'm', long: 'merge' },
  { short: 'o', long: 'output', value: 'required' },
  { short: 's', long: 'stable' },
  { short: 'S', long: 'buffer-size', value: 'required' },
  { short: 't', long: 'field-separator', value: 'required' },
  { short: 'T', long: 'temporary-directory', value: 'required' },
  { long: 'parallel', value: 'required' },
  { short: 'u', long: 'unique' },
  { short: 'y', value: 'optional' },
  { short: 'z', long: 'zero-terminated' },
];

const letters: Readonly<Record<string, string>> = bare({
  'ignore-leading-blanks': 'b',
  'dictionary-order': 'd',
  'ignore-case': 'f',
  'general-numeric-sort': 'g',
  'ignore-nonprinting': 'i',
  'month-sort': 'M',
  'human-numeric-sort': 'h',
  'numeric-sort': 'n',
  'random-sort': 'R',
  reverse: 'r',
  'version-sort': 'V',
});
const sortWords = {
  'general-numeric': 'g',
  'human-numeric': 'h',
  month: 'M',
  numeric: 'n',
  random: 'R',
  version: 'V',
} as const;
const checkWords = { quiet: 'quiet', silent: 'quiet', 'diagnose-first': 'tell' } as const;

export const sort = makeTool({
  name: 'sort',
  options,
  usageStatus: failure,
  writeError: (why) => [`fflush failed: 'standard output': ${why}`, 'write error'],
  rewrite: rewriteOldKeys,
  help: `[OPTION]... [FILE]...
  or:  sort [OPTION]... --files0-from=F
Print the lines of all FILEs in order.

  -b, -d, -f, -i              leave out leading blanks, all but letters and digits, case, what is not printable
  -g, -h, -M, -n, -R, -V      numbers with exponents, sizes (2K 1G), months, numbers, at random, versions
  -r, --reverse               the other way round        --sort=WORD
  -c, --check, -C, --check=quiet   only see whether it is sorted
      --files0-from=F         the names are in F, each ended by NUL
  -k, --key=KEYDEF            F[.C][OPTS][,F[.C][OPTS]]: from field F, character C, to another
  -m, --merge                 the FILEs are sorted already
  -o, --output=FILE           into FILE
  -s, --stable                leave equal lines as they are
  -S, -T, --batch-size, --compress-program, --parallel   (nothing to do here)
  -t, --field-separator=SEP   instead of blanks
  -u, --unique                of equal lines only the first
  -z, --zero-terminated       lines end with NUL`,
  *run(tool) {
    if (tool.has('debug')) throw new Fatal('the option --debug is not there in a simulated Machine', failure);
    const sorter = new Sorter(tool);
    return yield* sorter.run();
  },
});

class Sorter {
  readonly #ordering: Ordering;
  readonly #end: string;
  readonly #isUnique: boolean;
  readonly #held: Held;

  constructor(private readonly tool: Tool) {
    this.#held = new Held(tool.sys);
    const global = noOptions();
    for (const { name, value } of tool.options.given) {
      const letter = name === 'sort' ? chooseWord(tool, value ?? '', '--sort', sortWords, failure) : letters[name];
      if (letter !== undefined) setOrdering(global, letter);
    }
    this.#isUnique = tool.has('unique');
    this.#end = tool.has('zero-terminated') ? '\0' : '\n';
    const keys = this.#keys(global);
    const isStable = tool.has('stable') || this.#isUnique;
    this.#ordering = {
      keys,
      separator: this.#separator(),
      lastResort: isStable ? null : { reverse: global.reverse },
      salt: toBinary(tool.sys.random(16)),
    };
  }

  #keys(global: KeyOptions): SortKey[] {
    const { tool } = this;
    const own = tool.options.values('key').map((spec) => parseKey(tool, spec));
    // A key without options of its own has those of the whole line.
    const keys = own.map((key) => (isPlain(key) ? { ...key, ...global } : key));
    const whole = { ...global, startField: 0, startChar: 0, endField: Number.POSITIVE_INFINITY, endChar: 0 };
    const all = keys.length > 0 ? keys : isPlain({ ...global, reverse: false }) && !this.#isUnique ? [] : [whole];
    this.#refuseSeveralKinds();
    return all;
  }

  #refuseSeveralKinds(): void {
    const { tool } = this;
    const kinds = 'ghMn'.split('').filter((letter) => {
      const name = Object.entries(letters).find(([, short]) => short === letter)?.[0] ?? '';
      return tool.has(name);
    });
    if (kinds.length > 1) throw new Fatal(`options '-${kinds.join('')}' are incompatible`, failure);
  }

  #separator(): string | null {
    const { tool } = this;
    const given = tool.options.values('field-separator');
    const text = given.at(-1);
    if (text === undefined) return null;
    if (text === '') throw new Fatal('empty tab', failure);
    const separator = text === '\\0' ? '\0' : binaryOf(text);
    if (separator.length > 1) throw new Fatal(`multi-character tab ${tool.word(text)}`, failure);
    if (new Set(given).size > 1) throw new Fatal('incompatible tabs', failure);
    return separator;
  }

  *run(): Blocking<number> {
    const { tool } = this;
    const check = tool.options.given.findLast(({ name }) => name === 'check' || name === 'C');
    const names = yield* this.#inputs();
    if (check) {
      if (tool.value('output') !== null)
        throw new Fatal(`options '-${check.name === 'C' ? 'C' : 'c'}o' are incompatible`, failure);
      if (names.length > 1) {
        throw new Fatal(
          `extra operand ${tool.quote(names[1] ?? '')} not allowed with -${check.name === 'C' ? 'C' : 'c'}`,
          failure,
        );
      }
      const word = check.value === null ? null : chooseWord(tool, check.value, '--check', checkWords, failure);
      return yield* this.#check(names[0] ?? '-', check.name === 'C' || word === 'quiet');
    }
    const files: Sortable[][] = [];
    for (const name of names) files.push(yield* this.#readLines(name));
    const compare = (a: Sortable, b: Sortable) => compareLines(a, b, this.#ordering);
    const sorted = tool.has('merge') ? yield* this.#merged(files) : yield* mergeSort(tool.sys, files.flat(), compare);
    yield* this.#print(this.#isUnique ? this.#withoutEqual(sorted) : sorted);
    return 0;
  }

  *#inputs(): Blocking<readonly string[]> {
    const { tool } = this;
    const list = tool.value('files0-from');
    if (list === null) return inputNames(tool);
    const [operand] = tool.operands;
    if (operand !== undefined) {
      throw new UsageError(`extra operand ${tool.quote(operand)}\nfile operands cannot be combined with --files0-from`);
    }
    const text = toBinary(yield* this.#read(list, 'open failed', (fd) => readAll(tool.sys, fd)));
    const names = splitLines(text, '\0');
    if (names.length === 0) throw new Fatal(`no input from ${tool.quote(list)}`, failure);
    return names;
  }

  *#read<T>(name: string, complaint: string, read: (fd: number) => Blocking<T>): Blocking<T> {
    const { tool } = this;
    try {
      const fd = name === '-' ? 0 : yield* tool.sys.open(name, 0);
      const data = yield* read(fd);
      if (fd !== 0) tool.sys.close(fd);
      return data;
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno === 'ENOMEM') throw new Fatal('memory exhausted', failure);
      const what = error.errno === 'EISDIR' ? 'read failed' : complaint;
      throw new Fatal(`${what}: ${tool.bare(name)}: ${strerror(error.errno)}`, failure);
    }
  }

  *#readLines(name: string): Blocking<Sortable[]> {
    return yield* this.#read(name, 'cannot read', (fd) => this.#linesOf(fd));
  }

  *#linesOf(fd: number): Blocking<Sortable[]> {
    const found: Sortable[] = [];
    const lines = new Lines(this.tool.sys, fd, this.#end.charCodeAt(0));
    for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
      this.#held.add(bytesALine + 2 * line.text.length);
      found.push(prepare(line.text, this.#ordering));
    }
    return found;
  }

  /** Each file counts as sorted: whichever has the smallest line on top is next. */
  *#merged(files: readonly Sortable[][]): Blocking<Sortable[]> {
    const tops = files.map((lines) => ({ lines, at: 0 }));
    const result: Sortable[] = [];
    for (;;) {
      let next: { line: Sortable; file: (typeof tops)[number] } | null = null;
      for (const file of tops) {
        const line = file.lines[file.at];
        if (line && (next === null || compareLines(line, next.line, this.#ordering) < 0)) next = { line, file };
      }
      if (next === null) return result;
      if (result.length % 64 === 0) yield* this.tool.sys.checkpoint();
      result.push(next.line);
      next.file.at++;
    }
  }

  #withoutEqual(sorted: readonly Sortable[]): Sortable[] {
    return sorted.filter((line, at) => {
      const before = sorted[at - 1];
      return before === undefined || compareLines(before, line, this.#ordering) !== 0;
    });
  }

  *#print(lines: readonly Sortable[]): Blocking<void> {
    const { tool } = this;
    const path = tool.value('output');
    if (path === null) {
      for (const { line } of lines) yield* tool.writeBinary(line + this.#end);
      return;
    }
    try {
      const fd = yield* tool.sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
      for (let at = 0; at < lines.length; at += linesAtOnce) {
        const part = lines.slice(at, at + linesAtOnce);
        yield* writeAll(tool.sys, fd, fromBinary(part.map(({ line }) => line + this.#end).join('')));
      }
      tool.sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`open failed: ${tool.bare(path)}: ${strerror(error.errno)}`, failure);
    }
  }

  *#check(name: string, isQuiet: boolean): Blocking<number> {
    const { tool } = this;
    const ordering = this.#ordering;
    let before: Sortable | null = null;
    let number = 0;
    for (const line of yield* this.#readLines(name)) {
      number++;
      const order: number = before === null ? -1 : compareLines(before, line, ordering);
      before = line;
      if (this.#isUnique ? order < 0 : order <= 0) continue;
      if (isQuiet) return 1;
      yield* tool.flush();
      const message = `${tool.name}: ${tool.bare(name)}:${number}: disorder: `;
      yield* writeAll(tool.sys, 2, message);
      yield* writeAll(tool.sys, 2, fromBinary(`${line.line}\n`));
      return 1;
    }
    return 0;
  }
}
