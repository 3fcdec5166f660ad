/** numfmt: numbers to and from what people read (numfmt(1)). */
import type { Blocking } from '../../../kernel/sim';
import { binaryOf } from '../../lib/binary';
import { parseNumber, parseSigned } from '../../lib/numbers';
import { Lines } from '../common/lines';
import { parseRanges, type Range } from '../common/ranges';
import { chooseWord, Fatal, makeTool, type Tool } from '../common/tool';
import { formatNumber, type Rounding, type Scale } from './format';
import { readNumber } from './read';

const fromWords = { none: 'none', auto: 'auto', si: 'si', iec: 'iec', 'iec-i': 'iec-i' } as const;
const toWords = { none: 'none', si: 'si', iec: 'iec', 'iec-i': 'iec-i' } as const;
const roundWords = {
  up: 'up',
  down: 'down',
  'from-zero': 'from-zero',
  'towards-zero': 'towards-zero',
  nearest: 'nearest',
} as const;
const invalidWords = { abort: 'abort', fail: 'fail', warn: 'warn', ignore: 'ignore' } as const;

export interface NumfmtSettings {
  from: Scale | 'auto';
  to: Scale;
  fromUnit: number;
  toUnit: number;
  rounding: Rounding;
  suffix: string;
  padding: number;
  precision: number | null;
  zeroPadding: boolean;
  grouping: boolean;
  before: string;
  after: string;
  delimiter: string | null;
  fields: Range[];
  invalid: keyof typeof invalidWords;
  end: string;
}

export const numfmt = makeTool({
  name: 'numfmt',
  options: [
    { long: 'debug' },
    { short: 'd', long: 'delimiter', value: 'required' },
    { long: 'field', value: 'required' },
    { long: 'format', value: 'required' },
    { long: 'from', value: 'required' },
    { long: 'from-unit', value: 'required' },
    { long: 'grouping' },
    { long: 'header', value: 'optional' },
    { long: 'invalid', value: 'required' },
    { long: 'padding', value: 'required' },
    { long: 'round', value: 'required' },
    { long: 'suffix', value: 'required' },
    { long: 'to', value: 'required' },
    { long: 'to-unit', value: 'required' },
    { short: 'z', long: 'zero-terminated' },
  ],
  usageStatus: 1,
  rewrite: (args) => {
    const at = args.findIndex((arg) => /^-\d/.test(arg));
    return at < 0 || args.slice(0, at).includes('--') ? [...args] : [...args.slice(0, at), '--', ...args.slice(at)];
  },
  help: `[OPTION]... [NUMBER]...
Convert numbers from the command line, or those in standard input.

  -d, --delimiter=X      what separates fields      --field=FIELDS   which ones (1)
      --format=FORMAT    as printf's %f             --grouping
      --from=UNIT, --to=UNIT   none, si (K = 1000), iec (K = 1024), iec-i (Ki); --from=auto
      --from-unit=N, --to-unit=N
      --header[=N]       leave the first N lines alone
      --invalid=MODE     abort, fail, warn, ignore
      --padding=N        on the right, with -N on the left
      --round=METHOD     up, down, from-zero (default), towards-zero, nearest
      --suffix=SUFFIX    -z, --zero-terminated`,
  *run(tool) {
    const settings = readSettings(tool);
    if (settings.from === 'none' && settings.to === 'none' && tool.has('debug'))
      yield* tool.warn('no conversion option specified');
    const converter = new Converter(tool, settings);
    if (tool.operands.length > 0) {
      for (const text of tool.operands) yield* converter.line(text, settings.end);
      return converter.status;
    }
    const lines = new Lines(tool.sys, 0, settings.end === '\0' ? 0 : 10);
    const next = () => tool.attempt('error reading input', () => lines.next());
    let left = headerLines(tool);
    for (let line = yield* next(); line !== null; line = yield* next()) {
      if (left-- > 0) yield* tool.writeBinary(line.text + settings.end);
      else yield* converter.line(line.text, line.isEnded ? settings.end : '');
      if (!lines.hasOne) yield* tool.flush();
    }
    return Math.max(tool.status, converter.status);
  },
});

function headerLines(tool: Tool): number {
  if (!tool.has('header')) return 0;
  const text = tool.value('header');
  const parsed = parseNumber(text ?? '1');
  if (!parsed.ok || parsed.value === 0) throw new Fatal(`invalid header value ${tool.word(text ?? '')}`);
  return parsed.value;
}

function readSettings(tool: Tool): NumfmtSettings {
  const unit = (option: string) => {
    const text = tool.value(option);
    if (text === null) return 1;
    const parsed = readNumber(text, 'auto');
    if ('problem' in parsed || parsed.value <= 0) throw new Fatal(`invalid unit size: ${tool.word(text)}`);
    return parsed.value;
  };
  const word = <T extends string>(option: string, words: Readonly<Record<string, T>>, usual: T): T => {
    const text = tool.value(option);
    return text === null ? usual : chooseWord(tool, text, `--${option}`, words);
  };
  const paddingText = tool.value('padding');
  const padding = paddingText === null ? { ok: true as const, value: 0 } : parseSigned(paddingText);
  if (!padding.ok || (paddingText !== null && padding.value === 0))
    throw new Fatal(`invalid padding value ${tool.word(paddingText ?? '')}`);
  const delimiter = tool.value('delimiter');
  if (delimiter !== null && binaryOf(delimiter).length !== 1)
    throw new Fatal('the delimiter must be a single character');
  const format = readFormat(tool, tool.value('format'));
  const to = word('to', toWords, 'none');
  if ((tool.has('grouping') || format.grouping) && to !== 'none')
    throw new Fatal('grouping cannot be combined with --to');
  if (tool.has('grouping') && tool.has('format')) throw new Fatal('--grouping cannot be combined with --format');
  const fields = tool.value('field') ?? '1';
  return {
    from: word('from', fromWords, 'none'),
    to,
    fromUnit: unit('from-unit'),
    toUnit: unit('to-unit'),
    rounding: word('round', roundWords, 'from-zero'),
    suffix: tool.value('suffix') ?? '',
    padding: format.padding === 0 ? padding.value : format.padding,
    precision: format.precision,
    zeroPadding: format.zeroPadding,
    grouping: format.grouping || tool.has('grouping'),
    before: format.before,
    after: format.after,
    delimiter: delimiter === null ? null : binaryOf(delimiter),
    fields:
      fields === '-'
        ? [{ from: 1, to: Number.POSITIVE_INFINITY }]
        : parseRanges(tool, fields, { zero: 'fields are numbered from 1', invalid: 'invalid field value' }),
    invalid: word('invalid', invalidWords, 'abort'),
    end: tool.has('zero-terminated') ? '\0' : '\n',
  };
}

type Format = Pick<NumfmtSettings, 'padding' | 'precision' | 'zeroPadding' | 'grouping' | 'before' | 'after'>;

function readFormat(tool: Tool, format: string | null): Format {
  if (format === null)
    return { padding: 0, precision: null, zeroPadding: false, grouping: false, before: '', after: '' };
  const match = /^((?:[^%]|%%)*)%([-'0 ]*)(-?\d*)(?:\.(\d*))?(.?)([\s\S]*)$/.exec(format);
  if (!match) throw new Fatal(`format ${tool.word(format)} has no % directive`);
  const [, before = '', flags = '', width = '', precision, letter = '', after = ''] = match;
  if (letter === '') throw new Fatal(`format ${tool.word(format)} ends in %`);
  if (letter !== 'f') {
    throw new Fatal(`invalid format ${tool.word(format)}, directive must be %[0]['][-][N][.][N]f`);
  }
  if (/%(?!%)/.test(after.replaceAll('%%', '')))
    throw new Fatal(`format ${tool.word(format)} has too many % directives`);
  const size = Number(width || 0);
  const isLeft = flags.includes('-') || size < 0;
  return {
    padding: isLeft ? -Math.abs(size) : size,
    precision: precision === undefined ? null : Number(precision || 0),
    zeroPadding: flags.includes('0') && !isLeft,
    grouping: flags.includes("'"),
    before: before.replaceAll('%%', '%'),
    after: after.replaceAll('%%', '%'),
  };
}

class Converter {
  status = 0;

  constructor(
    private readonly tool: Tool,
    private readonly settings: NumfmtSettings,
  ) {}

  *line(text: string, end: string): Blocking<void> {
    const { delimiter } = this.settings;
    const pieces = delimiter === null ? (text.match(/[ \t]*[^ \t]+/g) ?? [text]) : text.split(delimiter);
    const fields: string[] = [];
    for (const [at, piece] of pieces.entries()) {
      const isWanted = this.settings.fields.some(({ from, to }) => at + 1 >= from && at + 1 <= to);
      fields.push(isWanted ? yield* this.#field(piece, at > 0) : piece);
    }
    const rest = delimiter === null ? (/[ \t]*$/.exec(text)?.[0] ?? '') : '';
    const tail = pieces.length > 0 && delimiter === null && text.trim() !== '' ? rest : '';
    yield* this.tool.writeBinary(fields.join(delimiter ?? '') + tail + end);
  }

  *#field(piece: string, isLater: boolean): Blocking<string> {
    const { settings, tool } = this;
    const blanks = settings.delimiter === null ? (/^[ \t]*/.exec(piece)?.[0] ?? '') : '';
    const text = piece.slice(blanks.length);
    const bare =
      settings.suffix !== '' && text.endsWith(settings.suffix) ? text.slice(0, -settings.suffix.length) : text;
    const parsed = readNumber(bare, settings.from);
    if ('problem' in parsed) {
      yield* this.#invalid(parsed.problem(tool.word(text), (part) => tool.word(part)));
      return piece;
    }
    const value = (parsed.value * settings.fromUnit) / settings.toUnit;
    const shown = formatNumber(value, {
      ...settings,
      digits: settings.fromUnit === 1 && settings.toUnit === 1 ? parsed.digits : 0,
    });
    const whole = shown + settings.suffix;
    const keeps = settings.padding === 0 && blanks.length > (isLater ? 1 : 0);
    const width = keeps ? piece.length : Math.abs(settings.padding);
    const padded =
      settings.padding < 0
        ? whole.padEnd(width)
        : settings.zeroPadding
          ? zeroPadded(whole, width)
          : whole.padStart(keeps ? width - (isLater ? 1 : 0) : width);
    return `${isLater && settings.delimiter === null ? ' ' : ''}${settings.before}${padded}${settings.after}`;
  }

  *#invalid(message: string): Blocking<void> {
    const { tool, settings } = this;
    if (settings.invalid === 'abort') throw new Fatal(message, 2);
    if (settings.invalid !== 'ignore') yield* tool.warn(message);
    if (settings.invalid === 'fail') this.status = 2;
  }
}

function zeroPadded(text: string, width: number): string {
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
}
