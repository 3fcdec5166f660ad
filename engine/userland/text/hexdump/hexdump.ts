/** hexdump and hd: show bytes in many forms (hexdump(1), util-linux 2.38). */
import { type Blocking, bare, concat, isSysError, O_RDONLY, type Sys, strerror } from '../../../kernel/sim';
import { complain, Output, readAll, readFile, writeAll } from '../../lib/io';
import { type OptionSpec, parseOptions, UsageError } from '../../lib/options';
import { blockSize, FormatError, formatBlock, parseFormat, type Unit } from './format';

const specs: OptionSpec[] = [
  { short: 'b', long: 'one-byte-octal' },
  { short: 'c', long: 'one-byte-char' },
  { short: 'C', long: 'canonical' },
  { short: 'd', long: 'two-bytes-decimal' },
  { short: 'o', long: 'two-bytes-octal' },
  { short: 'x', long: 'two-bytes-hex' },
  { short: 'e', long: 'format', value: 'required' },
  { short: 'f', long: 'format-file', value: 'required' },
  { short: 'n', long: 'length', value: 'required' },
  { short: 's', long: 'skip', value: 'required' },
  { short: 'v', long: 'no-squeezing' },
  { short: 'h', long: 'help' },
  { short: 'V', long: 'version' },
];
const canned: Readonly<Record<string, readonly string[]>> = bare({
  'one-byte-octal': ['"%07.7_Ax\n"', '"%07.7_ax " 16/1 "%03o " "\n"'],
  'one-byte-char': ['"%07.7_Ax\n"', '"%07.7_ax " 16/1 "%3_c " "\n"'],
  canonical: ['"%08.8_Ax\n"', '"%08.8_ax  " 8/1 "%02x " "  " 8/1 "%02x "', '"  |" 16/1 "%_p" "|\n"'],
  'two-bytes-decimal': ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 "  %05u " "\n"'],
  'two-bytes-octal': ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 " %06o " "\n"'],
  'two-bytes-hex': ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 "   %04x " "\n"'],
});
const standard = ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 "%04x " "\n"'];
const help = `
Usage:
 hexdump [options] <file>...

Shows bytes. -C canonical, -b -c one-byte octal and characters, -d -o -x two-byte decimal, octal, hex,
 -e FORMAT, -f FILE with formats, -n LENGTH, -s OFFSET, -v without leaving out what repeats
`;
const suffixes: Readonly<Record<string, number>> = bare({
  b: 512,
  k: 1024,
  K: 1024,
  m: 1024 ** 2,
  M: 1024 ** 2,
  g: 1024 ** 3,
  G: 1024 ** 3,
  '': 1,
});

export function* hexdump(sys: Sys, argv: readonly string[]): Blocking<number> {
  const name = (argv[0] ?? 'hexdump').split('/').at(-1) ?? 'hexdump';
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? help : `${name} from util-linux 2.38.1\n`);
      return 0;
    }
    const sources: string[] = [];
    for (const { name: option, value } of options.given) {
      sources.push(...(canned[option] ?? []));
      if (option === 'format') sources.push(value ?? '');
      if (option === 'format-file')
        sources.push(
          ...(yield* readFile(sys, value ?? ''))
            .split('\n')
            .filter((line) => line.trim() !== '' && !line.startsWith('#')),
        );
    }
    if (sources.length === 0) sources.push(...(name === 'hd' ? (canned.canonical ?? standard) : standard));
    const formats = sources.map(parseFormat);
    const input = yield* readInputs(sys, name, options.operands);
    if (input === null) return 1;
    const skip = options.has('skip') ? count(options.value('skip') ?? '', 'offset') : 0;
    const limit = options.has('length') ? count(options.value('length') ?? '', 'length') : Number.POSITIVE_INFINITY;
    yield* show(sys, input.bytes.subarray(skip, skip + limit), skip, formats, options.has('no-squeezing'));
    return input.failed ? 1 : 0;
  } catch (error) {
    if (error instanceof UsageError)
      yield* writeAll(sys, 2, `${name}: ${error.message}\nTry '${name} --help' for more information.\n`);
    else if (error instanceof FormatError) yield* complain(sys, name, error.message);
    else throw error;
    return 1;
  }
}

function count(text: string, what: string): number {
  const [, digits, suffix = ''] = /^(0[xX][\da-fA-F]+|\d+)([bkKmMgG]?)$/.exec(text) ?? [];
  if (digits === undefined) throw new FormatError(`failed to parse ${what}: '${text}': Invalid argument`);
  return Number(digits) * (suffixes[suffix] ?? 1);
}

function* readInputs(
  sys: Sys,
  name: string,
  files: readonly string[],
): Blocking<{ bytes: Uint8Array; failed: boolean } | null> {
  if (files.length === 0) return { bytes: yield* readAll(sys, 0), failed: false };
  const parts: Uint8Array[] = [];
  let failures = 0;
  for (const file of files) {
    try {
      const fd = yield* sys.open(file, O_RDONLY);
      parts.push(yield* readAll(sys, fd));
      sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
      failures++;
      yield* complain(sys, name, `${file}: ${strerror(error.errno)}`);
    }
  }
  if (failures < files.length) return { bytes: concat(parts), failed: failures > 0 };
  yield* complain(sys, name, 'all input file arguments failed');
  return null;
}

function* show(
  sys: Sys,
  bytes: Uint8Array,
  start: number,
  formats: readonly Unit[][],
  showsAll: boolean,
): Blocking<void> {
  const output = new Output(sys);
  const isEnd = (units: readonly Unit[]) =>
    units.some(({ pieces }) => pieces.some(({ conversion }) => conversion?.startsWith('_A')));
  const body = formats.filter((units) => !isEnd(units));
  const size = Math.max(1, ...body.map(blockSize));
  const grown = body.map((units) => fill(units, size));
  let previous: string | null = null;
  let isSkipping = false;
  for (let at = 0; at < bytes.length; at += size) {
    yield* sys.checkpoint();
    const block = bytes.subarray(at, at + size);
    const key = block.length === size ? block.join(',') : null;
    if (!showsAll && key !== null && key === previous) {
      if (!isSkipping) yield* output.line('*');
      isSkipping = true;
      continue;
    }
    isSkipping = false;
    previous = key;
    const full = new Uint8Array(size);
    full.set(block);
    for (const units of grown)
      yield* output.write(
        Uint8Array.from(formatBlock(units, full, block.length, start + at), (char) => char.charCodeAt(0)),
      );
  }
  if (bytes.length > 0)
    for (const units of formats.filter(isEnd))
      yield* output.write(formatBlock(units, new Uint8Array(), 0, start + bytes.length));
  yield* output.flush();
}

/** A format that takes less than the block repeats its last unit with a conversion, where that has no count of its own. */
function fill(units: readonly Unit[], size: number): Unit[] {
  const missing = size - blockSize(units);
  const last = units.findLastIndex(({ bytes }) => bytes > 0);
  const unit = units[last];
  if (missing <= 0 || unit === undefined || unit.repeat > 1) return [...units];
  return units.map((one, at) => (at === last ? { ...one, repeat: one.repeat + Math.floor(missing / one.bytes) } : one));
}
