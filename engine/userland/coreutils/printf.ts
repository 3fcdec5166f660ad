/** printf: formats its arguments (printf(1)). */
import { type Blocking, decode, strerror } from '../../kernel/sim';
import { binaryOf, fromBinary } from '../lib/binary';
import { formatFloat, padNumber, readFloat } from '../lib/float';
import { UsageError } from '../lib/options';
import { quoteArg } from '../lib/quote';
import { letterEscape, unescapeEcho } from './common/escapes';
import { Fatal, makeTool, type Tool } from './common/tool';

export const printf = makeTool({
  name: 'printf',
  stopAtOperand: true,
  rewrite: (args) =>
    args.length === 1 && /^--(help|version)$/.test(args[0] ?? '')
      ? [...args]
      : args[0] === '--'
        ? [...args]
        : ['--', ...args],
  help: `FORMAT [ARGUMENT]...
Print the ARGUMENTs as FORMAT says, which is used again while there are any left.

FORMAT holds backslash escapes (\\n, \\t, \\NNN, \\xHH, \\uHHHH ...) and the conversions of C's
printf (diouxXeEfFgGaAcs), %b (an argument with escapes), %q (quoted for the shell) and %%.`,
  *run(tool) {
    const [format, ...args] = tool.operands;
    if (format === undefined) throw new UsageError('missing operand');
    const printer = new Printer(tool, binaryOf(format), args);
    yield* printer.run();
  },
});

interface Conversion {
  flags: string;
  width: number;
  precision: number | null;
  letter: string;
}

class Printer {
  #at = 0;
  #isOver = false;

  constructor(
    private readonly tool: Tool,
    private readonly format: string,
    private readonly args: string[],
  ) {}

  *run(): Blocking<void> {
    for (;;) {
      const before = this.args.length;
      yield* this.#once();
      if (this.#isOver || this.args.length === 0) return;
      if (this.args.length === before) {
        const first = this.args[0] ?? '';
        return yield* this.tool.warn(`warning: ignoring excess arguments, starting with ${this.tool.word(first)}`);
      }
      yield* this.tool.sys.checkpoint();
    }
  }

  *#once(): Blocking<void> {
    const { format, tool } = this;
    for (this.#at = 0; this.#at < format.length && !this.#isOver; ) {
      const char = format[this.#at] ?? '';
      if (char === '%') yield* this.#conversion();
      else if (char === '\\') yield* tool.writeBinary(this.#escape());
      else {
        const end = format.slice(this.#at).search(/[%\\]/);
        const stop = end < 0 ? format.length : this.#at + end;
        yield* tool.writeBinary(format.slice(this.#at, stop));
        this.#at = stop;
      }
    }
  }

  #escape(): string {
    const rest = this.format.slice(this.#at);
    const code = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
    if (code) {
      this.#at += code[0].length;
      const [, hex, octal, short, long] = code;
      const unicode = short ?? long;
      if (unicode !== undefined) return unicodeText(unicode);
      return String.fromCharCode(
        (hex === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(hex, 16)) & 0xff,
      );
    }
    const next = rest[1] ?? '';
    if (next === 'c') {
      this.#isOver = true;
      this.#at += 2;
      return '';
    }
    if (/[xuU]/.test(next)) throw new Fatal('missing hexadecimal number in escape');
    const letter = next === '"' ? '"' : next === '' ? undefined : letterEscape(next);
    this.#at += letter === undefined ? 1 : 2;
    return letter ?? '\\';
  }

  *#conversion(): Blocking<void> {
    const { tool, format } = this;
    const start = this.#at;
    if (format[start + 1] === '%') {
      this.#at += 2;
      return yield* tool.write('%');
    }
    const match = /^%([-+ #0'I]*)(\*|\d*)(?:(\.)(\*|-?\d*))?([hlLjzt]*)(.?)/s.exec(format.slice(start));
    const [all = '', flags = '', widthText = '', point, precisionText = '', , letter = ''] = match ?? [];
    this.#at += all.length;
    let width = widthText === '*' ? yield* this.#size('field width') : Number(widthText);
    let precision =
      point === undefined ? null : precisionText === '*' ? yield* this.#size('precision') : Number(precisionText);
    if (precision !== null && precision < 0) precision = null;
    const allFlags = width < 0 ? `${flags}-` : flags;
    width = Math.abs(width);
    if (!isAllowed(letter, allFlags, point !== undefined)) {
      throw new Fatal(`${decode(fromBinary(all))}: invalid conversion specification`);
    }
    yield* this.#print({ flags: allFlags, width, precision, letter });
  }

  *#size(what: string): Blocking<number> {
    const text = this.args.shift() ?? '0';
    const value = yield* this.#integer(text);
    if (value > 2147483647n || value < -2147483648n) throw new Fatal(`invalid ${what}: ${this.tool.quote(text)}`);
    return Number(value);
  }

  *#print(conversion: Conversion): Blocking<void> {
    const { tool } = this;
    const { letter } = conversion;
    const arg = this.args.shift();
    if (letter === 'b') {
      const unescaped = unescapePrintf(binaryOf(arg ?? ''));
      this.#isOver = unescaped.isOver;
      return yield* tool.writeBinary(unescaped.text);
    }
    if (letter === 'q') {
      return yield* tool.write(arg === undefined ? '' : quoteArg(arg, 'shell-escape', { utf8: tool.utf8 }));
    }
    yield* tool.writeBinary(yield* this.#formatted(conversion, arg));
  }

  *#formatted(conversion: Conversion, arg: string | undefined): Blocking<string> {
    const { letter, flags, width, precision } = conversion;
    const text = binaryOf(arg ?? '');
    const padded = (body: string) => (flags.includes('-') ? body.padEnd(width) : body.padStart(width));
    if (letter === 's') return padded(precision === null ? text : text.slice(0, precision));
    if (letter === 'c') return padded(arg === undefined ? '' : text.slice(0, 1) || '\0');
    if (/[diouxX]/.test(letter)) return formatInteger(yield* this.#integer(arg ?? '0'), conversion);
    const value = yield* this.#float(arg ?? '0');
    return formatFloat(value, letter, conversion);
  }

  /** `'x` is the number of the character x. */
  *#quoted(text: string): Blocking<bigint | null> {
    if (!/^['"]/.test(text) || text.length < 2) return null;
    const code = text.codePointAt(1) ?? 0;
    const rest = text.slice(1 + String.fromCodePoint(code).length);
    if (rest !== '') {
      yield* this.tool.warn(`warning: ${rest}: character(s) following character constant have been ignored`);
    }
    return BigInt(code);
  }

  *#integer(text: string): Blocking<bigint> {
    const quoted = yield* this.#quoted(text);
    if (quoted !== null) return quoted;
    const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    const [all = '', sign, digits = '0'] = match ?? [];
    const size = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
    const value = sign === '-' ? -size : size;
    const clamped = value > 2n ** 64n - 1n ? 2n ** 64n - 1n : value < -(2n ** 63n) ? -(2n ** 63n) : value;
    yield* this.#check(text, all.length, clamped !== value);
    return clamped;
  }

  *#float(text: string) {
    const quoted = yield* this.#quoted(text);
    if (quoted !== null) return readFloat(String(quoted)).value;
    const { value, length } = readFloat(text);
    yield* this.#check(text, length, false);
    return value;
  }

  *#check(text: string, used: number, isTooLarge: boolean): Blocking<void> {
    const { tool } = this;
    if (isTooLarge) yield* tool.fail(`${tool.word(text)}: ${strerror('ERANGE')}`);
    else if (used === 0 && text !== '') yield* tool.fail(`${tool.word(text)}: expected a numeric value`);
    else if (used < text.length) yield* tool.fail(`${tool.word(text)}: value not completely converted`);
  }
}

/** In `%b` octal numbers may have their zero or not. */
function unescapePrintf(text: string): { text: string; isOver: boolean } {
  return unescapeEcho(
    text.replace(/\\(\\|[1-7][0-7]{0,2})/g, (whole: string, digits: string) =>
      digits === '\\' ? whole : `\\0${digits}`,
    ),
  );
}

function isAllowed(letter: string, flags: string, hasPrecision: boolean): boolean {
  if (letter === '' || !'diouxXeEfFgGaAcsbq'.includes(letter)) return false;
  if (/[bq]/.test(letter)) return flags === '' && !hasPrecision;
  if (flags.includes('#') && !/[oxXeEfFgGaA]/.test(letter)) return false;
  if (flags.includes("'") && !/[diufFgG]/.test(letter)) return false;
  if (flags.includes('0') && /[cs]/.test(letter)) return false;
  return !(letter === 'c' && hasPrecision);
}

function unicodeText(hex: string): string {
  const code = Number.parseInt(hex, 16);
  const isAllowedCode = code >= 0xa0 || code === 0x24 || code === 0x40 || code === 0x60;
  if (!isAllowedCode || (code >= 0xd800 && code <= 0xdfff))
    throw new Fatal(`invalid universal character name \\${hex.length === 4 ? 'u' : 'U'}${hex}`);
  return code > 0x10ffff ? `\\${hex.length === 4 ? 'u' : 'U'}${hex}` : binaryOf(String.fromCodePoint(code));
}

function formatInteger(value: bigint, { letter, flags, width, precision }: Conversion): string {
  const isSigned = letter === 'd' || letter === 'i';
  const clipped = isSigned && value > 2n ** 63n - 1n ? 2n ** 63n - 1n : value;
  const isNegative = isSigned && clipped < 0n;
  const size = isSigned ? (clipped < 0n ? -clipped : clipped) : BigInt.asUintN(64, clipped);
  const radix = letter === 'o' ? 8 : letter.toLowerCase() === 'x' ? 16 : 10;
  let digits = precision === 0 && size === 0n ? '' : size.toString(radix).padStart(precision ?? 1, '0');
  if (flags.includes('#') && radix === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  const prefix = flags.includes('#') && radix === 16 && size !== 0n ? '0x' : '';
  const shownFlags = (precision === null ? flags : flags.replaceAll('0', '')).replace(isSigned ? '' : /[+ ]/g, '');
  const text = padNumber(isNegative, prefix, digits, { flags: shownFlags, width, precision });
  return letter === 'X' ? text.toUpperCase() : text;
}
