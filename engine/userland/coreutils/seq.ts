/** seq: a row of numbers (seq(1)). */
import type { Blocking } from '../../kernel/sim';
import { binaryOf } from '../lib/binary';
import { type BinaryFloat, formatFloat, readFloat, toNumber } from '../lib/float';
import { UsageError } from '../lib/options';
import { extraOperand } from './common/operands';
import { Fatal, makeTool, type Tool } from './common/tool';

/** A decimal number: `digits` times ten to the power of minus `scale`. */
interface Decimal {
  digits: bigint;
  scale: number;
}

export const seq = makeTool({
  name: 'seq',
  options: [
    { short: 'f', long: 'format', value: 'required' },
    { short: 's', long: 'separator', value: 'required' },
    { short: 'w', long: 'equal-width' },
  ],
  stopAtOperand: true,
  rewrite: protectNumbers,
  help: `[OPTION]... LAST
  or:  seq [OPTION]... FIRST LAST
  or:  seq [OPTION]... FIRST INCREMENT LAST
Print the numbers from FIRST (1) to LAST in steps of INCREMENT (1).

  -f, --format=FORMAT      as printf's FORMAT for one number
  -s, --separator=STRING   between the numbers (a newline)
  -w, --equal-width        zeros in front, so that all have one width`,
  *run(tool) {
    const { operands } = tool;
    if (operands.length === 0) throw new UsageError('missing operand');
    if (operands.length > 3) throw extraOperand(tool, operands[3] ?? '');
    const format = tool.value('format');
    if (format !== null && tool.has('equal-width')) {
      throw new UsageError('format string may not be specified when printing equal width strings');
    }
    const [first, step, last] =
      operands.length === 1
        ? ['1', '1', operands[0]]
        : operands.length === 2
          ? [operands[0], '1', operands[1]]
          : operands;
    yield* printRow(tool, first ?? '1', step ?? '1', last ?? '1', format === null ? null : parseFormat(tool, format));
  },
});

/** Negative numbers are no options. */
function protectNumbers(args: readonly string[]): string[] {
  let at = 0;
  while (/^-[^.\d]/.test(args[at] ?? '') && args[at] !== '--')
    at += /^(-w*[fs]|--(format|separator))$/.test(args[at] ?? '') ? 2 : 1;
  return /^-[.\d]/.test(args[at] ?? '') ? [...args.slice(0, at), '--', ...args.slice(at)] : [...args];
}

function* printRow(tool: Tool, first: string, step: string, last: string, format: Format | null): Blocking<void> {
  for (const text of [first, step, last]) checkNumber(tool, text);
  const separator = tool.value('separator') ?? '\n';
  const numbers = [first, step, last].map(parseDecimal);
  if (readFloat(step).value.mantissa === 0n) {
    throw new UsageError(`invalid Zero increment value: ${tool.word(step)}`);
  }
  const [from, by, to] = numbers;
  const texts = from && by ? decimalRow(from, by, to ?? null, last) : floatRow(first, step, last);
  const width = tool.has('equal-width') && from && by && to ? commonWidth(from, by, to) : 0;
  let [isFirst, count] = [true, 0];
  for (const text of texts) {
    const shown = format === null ? equalWidth(text, width) : applyFormat(format, text);
    yield* tool.writeBinary(`${isFirst ? '' : binaryOf(separator)}${shown}`);
    isFirst = false;
    if (++count % 1000 === 0) yield* tool.sys.checkpoint();
  }
  if (!isFirst) yield* tool.write('\n');
}

function checkNumber(tool: Tool, text: string): void {
  const { value, length } = readFloat(text);
  if (length === 0 || length < text.length) throw new UsageError(`invalid floating point argument: ${tool.word(text)}`);
  if (value.kind === 'nan') throw new UsageError(`invalid ${tool.word('not-a-number')} argument: ${tool.word(text)}`);
}

/** Null for what is not written as a plain decimal. */
function parseDecimal(text: string): Decimal | null {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (!match) return null;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const digits = BigInt(`${whole}${fraction}` || '0');
  const scale = fraction.length - Number(power);
  const signed = sign === '-' ? -digits : digits;
  return scale >= 0 ? { digits: signed, scale } : { digits: signed * 10n ** BigInt(-scale), scale: 0 };
}

function rescaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}

/** Exact, with as many places as FIRST and INCREMENT have. `to` is null for infinity. */
function* decimalRow(from: Decimal, by: Decimal, to: Decimal | null, last: string): Generator<string> {
  const places = Math.max(from.scale, by.scale);
  const scale = Math.max(places, to?.scale ?? 0);
  const step = rescaled(by, scale);
  const end = to === null ? null : rescaled(to, scale);
  const isEndless = end === null && last.trim().startsWith('-') !== step > 0n;
  for (let value = rescaled(from, scale); ; value += step) {
    if (end === null ? !isEndless : step > 0n ? value > end : value < end) return;
    yield decimalText(value, scale, places);
  }
}

function decimalText(value: bigint, scale: number, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).slice(0, places);
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** For infinity and hexadecimal numbers. */
function* floatRow(first: string, step: string, last: string): Generator<string> {
  const [from, by, to] = [first, step, last].map((text) => toNumber(readFloat(text).value));
  for (let at = 0; ; at++) {
    const value = (from ?? 0) + at * (by ?? 1);
    if ((by ?? 1) > 0 ? value > (to ?? 0) : value < (to ?? 0)) return;
    yield formatFloat(readFloat(String(value)).value, 'g', { flags: '', width: 0, precision: null });
  }
}

function commonWidth(from: Decimal, by: Decimal, to: Decimal): number {
  const places = Math.max(from.scale, by.scale);
  const width = (decimal: Decimal) =>
    decimalText(rescaled(decimal, Math.max(decimal.scale, places)), Math.max(decimal.scale, places), places).length;
  return Math.max(width(from), width(to));
}

function equalWidth(text: string, width: number): string {
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
}

interface Format {
  before: string;
  after: string;
  flags: string;
  width: number;
  precision: number | null;
  letter: string;
}

function parseFormat(tool: Tool, format: string): Format {
  const literal = (text: string) => binaryOf(text.replaceAll('%%', '%'));
  const match = /^((?:[^%]|%%)*)%(?!%)([-+ #0']*)(\d*)(?:\.(\d*))?L?([\s\S])?((?:[^%]|%%)*)/.exec(format);
  if (!match) throw new Fatal(`format ${tool.word(format)} has no % directive`);
  const [all, before = '', flags = '', width = '', precision, letter, after = ''] = match;
  if (letter === undefined) throw new Fatal(`format ${tool.word(format)} ends in %`);
  if (!/[efgaEFGA]/.test(letter)) throw new Fatal(`format ${tool.word(format)} has unknown %${letter} directive`);
  if (all.length < format.length) throw new Fatal(`format ${tool.word(format)} has too many % directives`);
  return {
    before: literal(before),
    after: literal(after),
    flags,
    width: Number(width),
    precision: precision === undefined ? null : Number(precision),
    letter,
  };
}

function applyFormat(format: Format, text: string): string {
  const value: BinaryFloat = readFloat(text).value;
  return format.before + formatFloat(value, format.letter, format) + format.after;
}
