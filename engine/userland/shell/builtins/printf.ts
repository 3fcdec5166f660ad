/** printf: formats its arguments; the format is used again until they are used up (bash(1), printf(3)). */

import type { Blocking } from '../../../kernel/sim';
import { mostText } from '../../lib/room';
import { cStrftime } from '../../lib/time';
import { assignByText, splitReference } from '../expand/access';
import { decodeEscapes } from '../expand/escapes';
import { backslashQuote } from '../expand/quote';
import type { Shell } from '../state/shell';
import { cut, float, integer, padded } from './printf-values';
import { type Builtin, type BuiltinCall, complain, parseOptions, usage } from './support';

export const printf: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, shell.flavour === 'dash' ? '' : 'v:');
  if (given === null) return 2;
  const variable = given.value('v');
  if (variable !== null && splitReference(variable) === null) {
    complain(shell, call, `\`${variable}': not a valid identifier`);
    return 2;
  }
  const [format, ...args] = given.operands;
  if (format === undefined) return usage(shell, call);
  const formatter = new Formatter(shell, call, args, variable === null);
  formatter.run(format);
  if (variable !== null) {
    const reference = splitReference(variable);
    if (reference) assignByText(shell, reference.name, reference.subscript, formatter.text);
  } else if (shell.flavour === 'bash') yield* printByLine(shell, formatter.unprinted);
  else shell.print(formatter.unprinted);
  return formatter.status;
};

/** Standard output of bash is line-buffered wherever it leads: files of /proc that take one write see it. */
function* printByLine(shell: Shell, text: string): Blocking<void> {
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    shell.print(line);
    yield* shell.flush();
    if (shell.writeError !== null) return;
  }
}

const directive = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|L|j|z|t)?(\(([^)]*)\)T|.)?/sy;

class Formatter {
  text = '';
  status = 0;
  #next = 0;
  #stopped = false;
  #printed = 0;

  constructor(
    private readonly shell: Shell,
    private readonly call: BuiltinCall,
    private readonly args: readonly string[],
    /** What was made before a complaint is printed before it. */
    private readonly printsAtOnce: boolean,
  ) {}

  get unprinted(): string {
    return this.text.slice(this.#printed);
  }

  run(format: string): void {
    do {
      const before = this.#next;
      this.#once(format);
      if (this.#stopped || this.#next === before) break;
    } while (this.#next < this.args.length);
  }

  #once(format: string): void {
    let literal = '';
    for (let at = 0; at < format.length && !this.#stopped; ) {
      const char = format.charAt(at);
      if (char === '\\') {
        literal += char + format.charAt(at + 1);
        at += 2;
        continue;
      }
      if (char !== '%') {
        literal += char;
        at++;
        continue;
      }
      this.#literal(literal);
      literal = '';
      if (format.startsWith('%%', at)) {
        this.text += '%';
        at += 2;
        continue;
      }
      directive.lastIndex = at;
      const match = directive.exec(format);
      if (!match || match[4] === undefined) {
        this.#fail(`\`${format.slice(at)}': missing format character`);
        this.#stopped = true;
        return;
      }
      if (this.#stopped) return;
      this.#directive(match);
      at = directive.lastIndex;
    }
    this.#literal(literal);
  }

  #literal(text: string): void {
    if (text === '' || this.#stopped) return;
    const decoded = decodeEscapes(text, 'printf');
    this.text += decoded.text;
    if (decoded.stops) this.#stopped = true;
  }

  #directive(match: RegExpExecArray): void {
    let flags = match[1] ?? '';
    const conversion = match[4] ?? '';
    let width = match[2] === '*' ? Number(this.#integer()) : Number(match[2] ?? 0);
    if (width < 0) {
      flags += '-';
      width = -width;
    }
    const hasPrecision = /\.(\*|-?\d*)(?:hh|h|ll|l|L|j|z|t)?(\(|.$)/s.test(match[0]) && match[0].includes('.');
    const precision = hasPrecision ? (match[3] === '*' ? Number(this.#integer()) : Number(match[3] ?? 0)) : -1;
    const spec = { flags, width, precision };
    const most = Math.max(width, precision);
    if (most > mostText || this.text.length + most > mostText) {
      this.#fail(`xrealloc: cannot allocate ${most} bytes`);
      this.#stopped = true;
      return;
    }
    if (match[5] !== undefined) {
      this.text += padded(this.#time(match[5]), spec);
      return;
    }
    switch (conversion) {
      case 's':
        this.text += padded(cut(this.#take(), precision), spec);
        return;
      case 'c':
        this.text += padded([...this.#take()][0] ?? '', spec);
        return;
      case 'b': {
        const decoded = decodeEscapes(this.#take(), 'printf-b');
        this.text += padded(cut(decoded.text, precision), spec);
        if (decoded.stops) this.#stopped = true;
        return;
      }
      case 'q':
      case 'Q':
        this.text += padded(backslashQuote(this.#take()), spec);
        return;
      case 'd':
      case 'i':
        this.text += integer(this.#integer(), 10, spec, true);
        return;
      case 'u':
        this.text += integer(BigInt.asUintN(64, this.#integer(false)), 10, spec, false);
        return;
      case 'o':
        this.text += integer(BigInt.asUintN(64, this.#integer(false)), 8, spec, false, flags.includes('#') ? '0' : '');
        return;
      case 'x':
        this.text += integer(
          BigInt.asUintN(64, this.#integer(false)),
          16,
          spec,
          false,
          flags.includes('#') ? '0x' : '',
        );
        return;
      case 'X':
        this.text += integer(
          BigInt.asUintN(64, this.#integer(false)),
          16,
          spec,
          false,
          flags.includes('#') ? '0X' : '',
        ).toUpperCase();
        return;
      case 'n':
        this.shell.vars.set(this.#take(), String(this.text.length));
        return;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        this.text += float(this.#float(), conversion, spec);
        return;
      default:
        this.#fail(`\`${conversion}': invalid format character`);
        this.#stopped = true;
    }
  }

  #take(): string {
    return this.args[this.#next++] ?? '';
  }

  #fail(text: string): void {
    if (this.printsAtOnce) {
      this.shell.print(this.unprinted);
      this.#printed = this.text.length;
    }
    complain(this.shell, this.call, text);
    this.status = 1;
  }

  #integer(signed = true): bigint {
    const text = this.args[this.#next++];
    if (text === undefined || text === '') return 0n;
    if (text.startsWith('"') || text.startsWith("'")) return BigInt(text.codePointAt(1) ?? 0);
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)(.*)$/s.exec(text);
    if (!match) {
      this.#fail(`${text}: invalid number`);
      return 0n;
    }
    const [, sign, digits = '0', rest] = match;
    if (rest !== '') this.#fail(`${text}: invalid number`);
    const isOctal = /^0[0-7]+$/.test(digits);
    const magnitude = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
    const value = sign === '-' ? -magnitude : magnitude;
    const limit = 1n << 63n;
    if (value >= (signed ? limit : limit * 2n) || value < -limit) {
      this.shell.complain(`printf: warning: ${text}: Numerical result out of range`);
      return value < 0n ? -limit : signed ? limit - 1n : -1n;
    }
    return value;
  }

  #float(): number {
    const text = this.args[this.#next++];
    if (text === undefined || text === '') return 0;
    if (text.startsWith('"') || text.startsWith("'")) return text.codePointAt(1) ?? 0;
    const match =
      /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|0[xX][0-9a-fA-F]+|inf(?:inity)?|nan)/i.exec(text);
    if (!match) {
      this.#fail(`${text}: invalid number`);
      return 0;
    }
    if (match[0].length !== text.length) this.#fail(`${text}: invalid number`);
    const number = match[0].trim().toLowerCase().replace('infinity', 'inf');
    if (number.includes('inf')) return number.startsWith('-') ? -Infinity : Infinity;
    return Number(number.replace(/^\+/, ''));
  }

  #time(format: string): string {
    const text = this.args[this.#next++];
    const now = Math.floor(this.shell.sys.clockGettime('realtime') / 1e9);
    if (text === undefined || text === '-1' || text === '') return cStrftime(format === '' ? '%X' : format, now);
    if (text === '-2') return cStrftime(format, this.shell.startTime);
    return cStrftime(format, Number.parseInt(text, 10) || 0);
  }
}
