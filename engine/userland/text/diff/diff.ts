/** diff: compares files line by line (diff(1), GNU diffutils 3.8). */
import { type Blocking, isSysError, type Stat, type Sys, strerror } from '../../../kernel/sim';
import { complain, Output, readAll, writeAll } from '../../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { baseName, joinPath } from '../../lib/paths';
import { isDirectory, isRegular } from '../../lib/stat';
import { globMatches } from '../common/glob';
import { closeInput, openInput } from '../common/input';
import { decodeLossless, encodeLossless } from '../common/lossless';
import { compareLines, hunksOf } from './compare';
import { DiffWriter, type Side, type Style } from './format';

const help = `Usage: diff [OPTION]... FILES
Compares FILES line by line.

  -u, -U NUM, -c, -C NUM   unified or copied context (3 lines, or NUM)
  -q, -s                   only say that files differ, or that they are the same
  -r, -N, -x PATTERN       whole directories; missing files as empty; without files that match
  -i, -w, -b, -B           without regard to case, blanks, amounts of blanks, blank lines
  -a, --color[=WHEN], -L LABEL
Exit status: 0 same, 1 different, 2 trouble.
`;
const specs: OptionSpec[] = [
  { long: 'normal' },
  { short: 'u', long: 'unified', value: 'optional' },
  { short: 'U', value: 'required', as: 'unified' },
  { short: 'c', long: 'context', value: 'optional' },
  { short: 'C', value: 'required', as: 'context' },
  { short: 'q', long: 'brief' },
  { short: 's', long: 'report-identical-files' },
  { short: 'r', long: 'recursive' },
  { short: 'N', long: 'new-file' },
  { short: 'x', long: 'exclude', value: 'required' },
  { short: 'i', long: 'ignore-case' },
  { short: 'w', long: 'ignore-all-space' },
  { short: 'b', long: 'ignore-space-change' },
  { short: 'B', long: 'ignore-blank-lines' },
  { short: 'Z', long: 'ignore-trailing-space' },
  { short: 'a', long: 'text' },
  { short: 'd', long: 'minimal' },
  { short: 'L', long: 'label', value: 'required' },
  { long: 'color', value: 'optional' },
  { long: 'no-dereference' },
  { short: 'p', long: 'show-c-function' },
  { short: 'y', long: 'side-by-side' },
  { short: 'e', long: 'ed' },
  { short: 'n', long: 'rcs' },
  { short: 't', long: 'expand-tabs' },
  { short: 'W', long: 'width', value: 'required' },
  { long: 'help' },
  { short: 'v', long: 'version' },
];
const absent = ['side-by-side', 'ed', 'rcs', 'show-c-function', 'expand-tabs', 'width'];

interface Settings {
  style: Style;
  context: number;
  options: ParsedOptions;
  /** The options as they were given, for the lines between files. */
  words: string[];
  isColored: boolean;
  labels: string[];
}

interface Subject {
  name: string;
  /** Null: missing, and taken as empty. */
  stat: Stat | null;
}

/** What stands behind \`diff: \`; status 2. */
class DiffError extends Error {}

export function* diff(sys: Sys, argv: readonly string[]): Blocking<number> {
  const output = new Output(sys);
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? help : 'diff (GNU diffutils) 3.8\n');
      return 0;
    }
    const settings = readSettings(sys, argv.slice(1), options);
    const [left, right, extra] = options.operands;
    if (left === undefined || right === undefined) {
      throw new UsageError(`missing operand after '${options.operands.at(-1) ?? argv.at(-1) ?? 'diff'}'`);
    }
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    const status = yield* new Differ(sys, output, settings).operands(left, right);
    yield* output.flush();
    return status;
  } catch (error) {
    yield* output.flush();
    if (error instanceof UsageError)
      yield* writeAll(sys, 2, `diff: ${error.message}\ndiff: Try 'diff --help' for more information.\n`);
    else if (error instanceof DiffError) yield* complain(sys, 'diff', error.message);
    else throw error;
    return 2;
  }
}

function readSettings(sys: Sys, args: readonly string[], options: ParsedOptions): Settings {
  for (const name of absent) if (options.has(name)) throw new DiffError(`--${name} is not there in this simulator`);
  const lines = options.value('unified') ?? options.value('context');
  if (lines !== null && !/^\d+$/.test(lines)) throw new UsageError(`invalid context length '${lines}'`);
  const color = options.has('color') ? (options.value('color') ?? 'auto') : 'never';
  if (!['never', 'always', 'auto'].includes(color)) throw new UsageError(`invalid color '${color}'`);
  return {
    style: options.has('unified') ? 'unified' : options.has('context') ? 'context' : 'normal',
    context: Number(lines ?? 3),
    options,
    words: args.filter((arg) => arg.startsWith('-') && arg !== '-' && arg !== '--'),
    isColored: color === 'always' || (color === 'auto' && sys.isatty(1)),
    labels: options.values('label'),
  };
}

class Differ {
  constructor(
    private readonly sys: Sys,
    private readonly output: Output,
    private readonly settings: Settings,
  ) {}

  *operands(left: string, right: string): Blocking<number> {
    const subjects: Subject[] = [];
    let failed = false;
    for (const name of [left, right]) {
      const stat = this.#stat(name);
      if (typeof stat !== 'string') subjects.push({ name, stat });
      else if (this.settings.options.has('new-file') && stat === strerror('ENOENT'))
        subjects.push({ name, stat: null });
      else {
        failed = true;
        yield* complain(this.sys, 'diff', `${name}: ${stat}`);
      }
    }
    const [a, b] = subjects;
    if (failed || a === undefined || b === undefined) return 2;
    if (isDirectory(a.stat) && isDirectory(b.stat)) return yield* this.#directories(a, b);
    // A directory and a file: the file of that name in it.
    if (isDirectory(a.stat) && b.stat) return yield* this.operands(joinPath(left, baseName(right)), right);
    if (isDirectory(b.stat) && a.stat) return yield* this.operands(left, joinPath(right, baseName(left)));
    return yield* this.#files(a, b, false);
  }

  /** A text is what went wrong. */
  #stat(name: string): Stat | string {
    try {
      return name === '-' ? this.sys.fstat(0) : this.sys.stat(name);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return strerror(error.errno);
    }
  }

  *#directories(a: Subject, b: Subject): Blocking<number> {
    const { options } = this.settings;
    const [left, right] = [this.#names(a.name), this.#names(b.name)];
    let status = 0;
    for (const name of [...new Set([...left, ...right])].sort((one, other) => (one < other ? -1 : 1))) {
      yield* this.sys.checkpoint();
      const [isLeft, isRight] = [left.has(name), right.has(name)];
      if ((!isLeft || !isRight) && !options.has('new-file')) {
        yield* this.#say(`Only in ${isLeft ? a.name : b.name}: ${name}\n`);
        status = Math.max(status, 1);
        continue;
      }
      const pair = [joinPath(a.name, name), joinPath(b.name, name)] as const;
      status = Math.max(status, yield* this.#entry(pair, isLeft, isRight));
    }
    return status;
  }

  *#entry([left, right]: readonly [string, string], isLeft: boolean, isRight: boolean): Blocking<number> {
    const stats: Array<Stat | null> = [];
    for (const [name, exists] of [
      [left, isLeft],
      [right, isRight],
    ] as const) {
      const stat = exists ? this.#stat(name) : null;
      if (typeof stat === 'string') {
        yield* this.output.flush();
        yield* complain(this.sys, 'diff', `${name}: ${stat}`);
        return 2;
      }
      stats.push(stat);
    }
    const [a = null, b = null] = stats;
    const someDirectory = isDirectory(a) || isDirectory(b);
    if (someDirectory && (isDirectory(a) || a === null) && (isDirectory(b) || b === null)) {
      if (this.settings.options.has('recursive'))
        return yield* this.#directories({ name: left, stat: a }, { name: right, stat: b });
      yield* this.#say(`Common subdirectories: ${left} and ${right}\n`);
      return 0;
    }
    if (someDirectory) {
      yield* this.#say(`File ${left} is a ${kindOf(a)} while file ${right} is a ${kindOf(b)}\n`);
      return 1;
    }
    return yield* this.#files({ name: left, stat: a }, { name: right, stat: b }, true);
  }

  #names(directory: string): Set<string> {
    const excluded = this.settings.options.values('exclude');
    try {
      const names = this.sys.readdir(directory).map(({ name }) => name);
      return new Set(
        names.filter((name) => name !== '.' && name !== '..' && !excluded.some((glob) => globMatches(glob, name))),
      );
    } catch (error) {
      if (!isSysError(error, 'ENOENT', 'ENOTDIR')) throw error;
      return new Set();
    }
  }

  *#say(text: string): Blocking<void> {
    yield* this.output.write(encodeLossless(text));
  }

  *#files(a: Subject, b: Subject, isInTree: boolean): Blocking<number> {
    const { settings } = this;
    const [left, right] = [yield* this.#read(a), yield* this.#read(b)];
    if (left === null || right === null) return 2;
    const isSame = left.length === right.length && left.every((byte, at) => byte === right[at]);
    if (isSame) {
      if (settings.options.has('report-identical-files'))
        yield* this.#say(`Files ${a.name} and ${b.name} are identical\n`);
      return 0;
    }
    const isBinary =
      !settings.options.has('text') && (left.subarray(0, 4096).includes(0) || right.subarray(0, 4096).includes(0));
    const [one, other] = [this.#side(a, left, 0), this.#side(b, right, 1)];
    const changes = isBinary ? null : yield* compareLines(this.sys, this.#keys(one), this.#keys(other));
    let hunks = changes === null ? [] : hunksOf(changes);
    if (settings.options.has('ignore-blank-lines')) {
      hunks = hunks.filter(({ left: from, leftCount, right: to, rightCount }) =>
        [...one.lines.slice(from, from + leftCount), ...other.lines.slice(to, to + rightCount)].some(
          (line) => line !== '',
        ),
      );
    }
    if (!isBinary && hunks.length === 0) return 0;
    if (settings.options.has('brief')) yield* this.#say(`Files ${a.name} and ${b.name} differ\n`);
    else if (isBinary) yield* this.#say(`Binary files ${a.name} and ${b.name} differ\n`);
    else {
      if (isInTree) yield* this.#say(`diff${settings.words.map((word) => ` ${word}`).join('')} ${a.name} ${b.name}\n`);
      yield* this.#say(new DiffWriter(one, other, hunks, settings.context, settings.isColored).write(settings.style));
    }
    return 1;
  }

  *#read({ name, stat }: Subject): Blocking<Uint8Array | null> {
    if (stat === null) return new Uint8Array();
    const opened = yield* openInput(this.sys, name);
    if ('errno' in opened) {
      yield* this.output.flush();
      yield* complain(this.sys, 'diff', `${name}: ${strerror(opened.errno)}`);
      return null;
    }
    const bytes = yield* readAll(this.sys, opened.fd);
    closeInput(this.sys, opened.fd);
    return bytes;
  }

  #side({ name, stat }: Subject, bytes: Uint8Array, index: number): Side {
    const text = decodeLossless(bytes);
    const isEnded = text === '' || text.endsWith('\n');
    const lines = text === '' ? [] : (isEnded ? text.slice(0, -1) : text).split('\n');
    return { name, label: this.settings.labels[index] ?? null, mtime: stat?.mtime ?? 0, lines, isEnded };
  }

  /** What is compared of each line. A last line without newline is not the same as one with. */
  #keys({ lines, isEnded }: Side): string[] {
    const { options } = this.settings;
    return lines.map((line, at) => {
      let key = line;
      if (options.has('ignore-case')) key = key.toLowerCase();
      if (options.has('ignore-all-space')) key = key.replaceAll(/\s+/g, '');
      else if (options.has('ignore-space-change')) key = key.replaceAll(/\s+/g, ' ').replace(/ $/, '');
      else if (options.has('ignore-trailing-space')) key = key.replace(/\s+$/, '');
      else if (at === lines.length - 1 && !isEnded) key += '\n\\';
      return key;
    });
  }
}

function kindOf(stat: Stat | null): string {
  if (isDirectory(stat)) return 'directory';
  if (stat && !isRegular(stat)) return 'special file';
  return stat?.size === 0 ? 'regular empty file' : 'regular file';
}
