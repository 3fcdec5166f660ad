/** cmp: compares two files byte by byte (cmp(1), GNU diffutils 3.8). */
import { type Blocking, concat, isSysError, type Sys, strerror } from '../../kernel/sim';
import { Held } from '../lib/held';
import { complain, Output, writeAll } from '../lib/io';
import { parseNumber } from '../lib/numbers';
import { type OptionSpec, parseOptions, UsageError } from '../lib/options';
import { closeInput, openInput } from './common/input';

const chunkBytes = 65_536;

const specs: OptionSpec[] = [
  { short: 'b', long: 'print-bytes' },
  { short: 'i', long: 'ignore-initial', value: 'required' },
  { short: 'l', long: 'verbose' },
  { short: 'n', long: 'bytes', value: 'required' },
  { short: 's', long: 'quiet' },
  { long: 'silent', as: 'quiet' },
  { long: 'help' },
  { short: 'v', long: 'version' },
];
const help = `Usage: cmp [OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]
Compares two files byte by byte.

  -b  show the bytes   -i SKIP[:SKIP2]  leave out the beginning   -l  all differences
  -n LIMIT  at most so many bytes   -s  only the exit status: 0 same, 1 different, 2 trouble
`;

export function* cmp(sys: Sys, argv: readonly string[]): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? help : 'cmp (GNU diffutils) 3.8\n');
      return 0;
    }
    const [left, right = '-', skipLeft, skipRight] = options.operands;
    if (left === undefined) throw new UsageError(`missing operand after '${argv.at(-1) ?? 'cmp'}'`);
    const [initial = '0', second = initial] = (options.value('ignore-initial') ?? '0').split(':');
    const skips = [count(skipLeft ?? initial, '--ignore-initial'), count(skipRight ?? second, '--ignore-initial')];
    const limit = options.has('bytes') ? count(options.value('bytes') ?? '', '--bytes') : Number.POSITIVE_INFINITY;
    const contents: Uint8Array[] = [];
    for (const [at, name] of [left, right].entries()) {
      const skip = skips[at] ?? 0;
      const bytes = yield* readInput(sys, name, skip + limit);
      if (bytes === null) return 2;
      contents.push(bytes.subarray(skip));
    }
    const [a = new Uint8Array(), b = new Uint8Array()] = contents;
    const mode = options.has('quiet') ? 'quiet' : options.has('verbose') ? 'verbose' : 'first';
    return yield* compare(sys, [left, right], a, b, { mode, showsBytes: options.has('print-bytes') });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `cmp: ${error.message}\ncmp: Try 'cmp --help' for more information.\n`);
    return 2;
  }
}

function count(text: string, option: string): number {
  const parsed = parseNumber(text, 'kKMGTPEZY0');
  if (!parsed.ok) throw new UsageError(`invalid ${option} value '${text}'`);
  return parsed.value;
}

/** The beginning of a file, at most so many bytes; null when it cannot be opened. */
function* readInput(sys: Sys, name: string, atMost: number): Blocking<Uint8Array | null> {
  const opened = yield* openInput(sys, name);
  if ('errno' in opened) {
    yield* complain(sys, 'cmp', `${name}: ${strerror(opened.errno)}`);
    return null;
  }
  const chunks: Uint8Array[] = [];
  const held = new Held(sys);
  try {
    for (let left = atMost; left > 0; ) {
      const chunk = yield* sys.read(opened.fd, Math.min(left, chunkBytes));
      if (chunk.length === 0) break;
      held.add(2 * chunk.length);
      chunks.push(chunk);
      left -= chunk.length;
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* complain(sys, 'cmp', `${name}: ${strerror(error.errno)}`);
    return null;
  } finally {
    closeInput(sys, opened.fd);
  }
  return concat(chunks);
}

interface Showing {
  mode: 'quiet' | 'verbose' | 'first';
  showsBytes: boolean;
}

function* compare(
  sys: Sys,
  names: [string, string],
  a: Uint8Array,
  b: Uint8Array,
  { mode, showsBytes }: Showing,
): Blocking<number> {
  const output = new Output(sys);
  const common = Math.min(a.length, b.length);
  const width = String(common).length;
  const octal = (byte: number) => byte.toString(8).padStart(3);
  const shown = (byte: number) => (showsBytes ? ` ${visible(byte)}` : '');
  let line = 1;
  let differs = false;
  for (let at = 0; at < common; at++) {
    if (at % chunkBytes === 0) yield* sys.checkpoint();
    const [one = 0, other = 0] = [a[at], b[at]];
    if (one !== other) {
      differs = true;
      if (mode === 'quiet') return 1;
      const bytes = `${octal(one)}${shown(one).padEnd(showsBytes ? 5 : 0)} ${octal(other)}${shown(other)}`;
      if (mode === 'first') {
        const is = showsBytes ? ` is ${octal(one)} ${visible(one)} ${octal(other)} ${visible(other)}` : '';
        yield* output.line(`${names[0]} ${names[1]} differ: byte ${at + 1}, line ${line}${is}`);
        yield* output.flush();
        return 1;
      }
      yield* output.line(`${String(at + 1).padStart(width)} ${bytes}`);
    }
    if (one === 10) line++;
  }
  if (a.length === b.length) {
    yield* output.flush();
    return differs ? 1 : 0;
  }
  if (mode === 'quiet') return 1;
  const [short, text] = a.length < b.length ? [names[0], a] : [names[1], b];
  if (text.length === 0) yield* complain(sys, 'cmp', `EOF on ${short} which is empty`);
  else {
    const where = mode === 'verbose' ? '' : text.at(-1) === 10 ? `, line ${line - 1}` : `, in line ${line}`;
    yield* complain(sys, 'cmp', `EOF on ${short} after byte ${common}${where}`);
  }
  yield* output.flush();
  return 1;
}

/** As cat -v shows a byte. */
function visible(byte: number): string {
  const meta = byte >= 128 ? 'M-' : '';
  const low = byte & 127;
  if (low < 32) return `${meta}^${String.fromCharCode(low + 64)}`;
  return `${meta}${low === 127 ? '^?' : String.fromCharCode(low)}`;
}
