/** The operands of dd: `if=x bs=1M conv=notrunc` (dd(1)). */
import { suffixFactor } from '../../lib/numbers';
import { UsageError } from '../../lib/options';
import { Fatal, type Tool } from '../common/tool';

export interface DdSettings {
  input: string | null;
  output: string | null;
  inputBlock: number;
  outputBlock: number;
  /** `bs=` without a conversion: each block goes out as it came in. */
  isOneBlock: boolean;
  /** In bytes. */
  skip: number;
  seek: number;
  /** Blocks of input, or bytes; null: all. */
  count: number | null;
  countsBytes: boolean;
  conversions: Set<string>;
  inputFlags: Set<string>;
  outputFlags: Set<string>;
  status: 'all' | 'none' | 'noxfer' | 'progress';
}

const conversions = new Set(
  'ascii ebcdic ibm block unblock lcase ucase sparse swab sync excl nocreat notrunc noerror fdatasync fsync'.split(' '),
);
const unsupported = new Set(['ascii', 'ebcdic', 'ibm', 'block', 'unblock']);
const flags = new Set(
  'append direct directory dsync sync fullblock nonblock noatime nocache noctty nofollow count_bytes skip_bytes seek_bytes'.split(
    ' ',
  ),
);
const onlyInput = new Set(['fullblock', 'count_bytes', 'skip_bytes']);
const onlyOutput = new Set(['append', 'seek_bytes']);
const operandNames = [
  'if',
  'of',
  'iseek',
  'skip',
  'oseek',
  'seek',
  'ibs',
  'obs',
  'bs',
  'cbs',
  'count',
  'conv',
  'iflag',
  'oflag',
  'status',
];

interface Size {
  value: number;
  isBytes: boolean;
}

export function readDdSettings(tool: Tool): DdSettings {
  const given = new Map<string, string>();
  for (const operand of tool.operands) {
    const equals = operand.indexOf('=');
    const name = operand.slice(0, equals);
    if (equals < 0 || !operandNames.includes(name)) {
      throw new UsageError(`unrecognized operand ${tool.word(operand)}`);
    }
    const value = operand.slice(equals + 1);
    const isList = name === 'conv' || name === 'iflag' || name === 'oflag';
    given.set(name, isList && given.has(name) ? `${given.get(name)},${value}` : value);
  }
  const size = (name: string, least = 1): Size | null => {
    const text = given.get(name);
    return text === undefined ? null : readSize(tool, text, least);
  };
  const block = size('bs');
  const inputBlock = block?.value ?? size('ibs')?.value ?? 512;
  const outputBlock = block?.value ?? size('obs')?.value ?? 512;
  size('cbs');
  const inputFlags = readList(tool, given.get('iflag'), flags, 'input flag');
  const outputFlags = readList(tool, given.get('oflag'), flags, 'output flag');
  for (const flag of inputFlags) if (onlyOutput.has(flag)) throw invalid(tool, 'input flag', flag);
  for (const flag of outputFlags) if (onlyInput.has(flag)) throw invalid(tool, 'output flag', flag);
  const inBytes = (found: Size | null, unit: number, isBytes: boolean) =>
    found === null ? 0 : found.value * (isBytes || found.isBytes ? 1 : unit);
  const wanted = readConversions(tool, given.get('conv'));
  const count = size('count', 0);
  return {
    input: given.get('if') ?? null,
    output: given.get('of') ?? null,
    inputBlock,
    outputBlock,
    isOneBlock: block !== null && !['lcase', 'ucase', 'swab'].some((name) => wanted.has(name)),
    skip: inBytes(size('skip', 0) ?? size('iseek', 0), inputBlock, inputFlags.has('skip_bytes')),
    seek: inBytes(size('seek', 0) ?? size('oseek', 0), outputBlock, outputFlags.has('seek_bytes')),
    count: count?.value ?? null,
    countsBytes: inputFlags.has('count_bytes') || (count?.isBytes ?? false),
    conversions: wanted,
    inputFlags,
    outputFlags,
    status: readStatus(tool, given.get('status')),
  };
}

function invalid(tool: Tool, what: string, word: string): UsageError {
  return new UsageError(`invalid ${what}: ${tool.word(word)}`);
}

function readList(tool: Tool, text: string | undefined, known: ReadonlySet<string>, what: string): Set<string> {
  const words = text === undefined ? [] : text.split(',');
  for (const word of words) if (!known.has(word)) throw invalid(tool, what, word);
  return new Set(words);
}

function readConversions(tool: Tool, text: string | undefined): Set<string> {
  const words = readList(tool, text, conversions, 'conversion');
  for (const word of words) {
    if (unsupported.has(word)) throw new Fatal(`conv=${word} is not there in a simulated Machine`);
  }
  const together = (a: string, b: string) => words.has(a) && words.has(b);
  if (together('lcase', 'ucase')) throw new Fatal('cannot combine lcase and ucase');
  if (together('excl', 'nocreat')) throw new Fatal('cannot combine excl and nocreat');
  return words;
}

function readStatus(tool: Tool, text: string | undefined): DdSettings['status'] {
  if (text === undefined) return 'all';
  if (text === 'none' || text === 'noxfer' || text === 'progress') return text;
  throw invalid(tool, 'status level', text);
}

/** `2x1k` is a product; a `B` at the end counts bytes. */
function readSize(tool: Tool, text: string, least: number): Size {
  let value = 1;
  let isBytes = false;
  for (const part of text.split('x')) {
    const match = /^(\d+)(.*)$/.exec(part);
    const suffix = match?.[2] ?? '';
    const factor = suffix === '' || suffix === 'B' ? 1 : suffixFactor(suffix, 'bcEGkKMPTwYZ0');
    if (!match || factor === null) throw new Fatal(`invalid number: ${tool.word(text)}`);
    isBytes = /B$/.test(suffix) && suffix === 'B';
    value *= Number(match[1]) * factor;
  }
  if (value < least) throw new Fatal(`invalid number: ${tool.word(text)}`);
  if (value > Number.MAX_SAFE_INTEGER)
    throw new Fatal(`invalid number: ${tool.word(text)}: Value too large for defined data type`);
  return { value, isBytes };
}
