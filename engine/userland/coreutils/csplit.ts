/** csplit: a file in pieces at lines and patterns (csplit(1)). */
import { type Blocking, isSysError, O_CREAT, O_TRUNC, O_WRONLY, strerror } from '../../kernel/sim';
import { binaryOf, fromBinary, toBinary } from '../lib/binary';
import { readAll, writeAll } from '../lib/io';
import { parseNumber } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { compile, type Regex, RegexError } from '../regex';
import { Fatal, makeTool, type Tool } from './common/tool';

interface Control {
  text: string;
  kind: { line: number } | { regex: Regex; offset: number; isSkipped: boolean };
  /** How often again; infinite for `{*}`. */
  repeats: number;
}

export const csplit = makeTool({
  name: 'csplit',
  options: [
    { short: 'b', long: 'suffix-format', value: 'required' },
    { short: 'f', long: 'prefix', value: 'required' },
    { short: 'k', long: 'keep-files' },
    { long: 'suppress-matched' },
    { short: 'n', long: 'digits', value: 'required' },
    { short: 's', long: 'quiet' },
    { short: 'q', as: 'quiet' },
    { long: 'silent', as: 'quiet' },
    { short: 'z', long: 'elide-empty-files' },
  ],
  help: `[OPTION]... FILE PATTERN...
Write pieces of FILE, which end before PATTERNs, to xx00, xx01 ... and print their sizes.

  -f, --prefix=PREFIX   instead of xx      -n, --digits=DIGITS   instead of 2
  -k, --keep-files      also after an error
      --suppress-matched   without the lines that match
  -s, -q, --quiet, --silent   no sizes     -z, --elide-empty-files
PATTERN is a line number, /REGEX/[OFFSET], %REGEX%[OFFSET] (left out), and {N} or {*} to repeat one.`,
  *run(tool) {
    const [name, ...patterns] = tool.operands;
    if (name === undefined) throw new UsageError('missing operand');
    if (patterns.length === 0) throw new UsageError(`missing operand after ${tool.word(name)}`);
    if (tool.value('suffix-format') !== null)
      throw new Fatal('the option --suffix-format is not there in a simulated Machine');
    const controls = parseControls(tool, patterns);
    const text = toBinary(yield* read(tool, name));
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    yield* new Cutting(tool, lines).run(controls);
  },
});

function* read(tool: Tool, name: string): Blocking<Uint8Array> {
  try {
    return yield* readAll(tool.sys, name === '-' ? 0 : yield* tool.sys.open(name, 0));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`cannot open ${tool.quote(name)} for reading: ${strerror(error.errno)}`);
  }
}

function parseControls(tool: Tool, patterns: readonly string[]): Control[] {
  const controls: Control[] = [];
  let lastLine = 0;
  for (const text of patterns) {
    const repeat = /^\{(\*|\d+)\}$/.exec(text);
    const previous = controls.at(-1);
    if (text.startsWith('{') && previous !== undefined) {
      if (!repeat) throw new Fatal(`${tool.word(text.replace(/}$/, ''))}}: integer required between '{' and '}'`);
      previous.repeats = repeat[1] === '*' ? Number.POSITIVE_INFINITY : Number(repeat[1]);
      continue;
    }
    if (/^[/%]/.test(text)) {
      controls.push({ text, kind: parseRegex(text), repeats: 0 });
      continue;
    }
    const line = parseNumber(text);
    if (!line.ok) throw new Fatal(`${tool.word(text)}: invalid pattern`);
    if (line.value === 0) throw new Fatal(`${text}: line number must be greater than zero`);
    if (line.value < lastLine)
      throw new Fatal(`line number ${tool.word(text)} is smaller than preceding line number, ${lastLine}`);
    lastLine = line.value;
    controls.push({ text, kind: { line: line.value }, repeats: 0 });
  }
  return controls;
}

function parseRegex(text: string): { regex: Regex; offset: number; isSkipped: boolean } {
  const delimiter = text.slice(0, 1);
  const end = text.lastIndexOf(delimiter);
  if (end === 0) throw new Fatal(`${text}: closing delimiter '${delimiter}' missing`);
  const offset = text.slice(end + 1);
  if (offset !== '' && !/^[+-]?\d+$/.test(offset)) throw new Fatal(`${text}: integer expected after delimiter`);
  try {
    return { regex: compile(binaryOf(text.slice(1, end))), offset: Number(offset || 0), isSkipped: delimiter === '%' };
  } catch (error) {
    if (error instanceof RegexError) throw new Fatal(`${text}: invalid regular expression: ${error.message}`);
    throw error;
  }
}

class Cutting {
  #at = 0;
  #count = 0;
  readonly #made: string[] = [];

  constructor(
    private readonly tool: Tool,
    private readonly lines: readonly string[],
  ) {}

  *run(controls: readonly Control[]): Blocking<void> {
    try {
      for (const control of controls) yield* this.#control(control);
      yield* this.#write(this.lines.length);
    } catch (error) {
      if (error instanceof Fatal && !this.tool.has('keep-files'))
        for (const name of this.#made) this.tool.sys.unlink(name);
      throw error;
    }
  }

  *#control(control: Control): Blocking<void> {
    for (let times = 0; times <= control.repeats; times++) {
      if (!(yield* this.#once(control, times))) return;
    }
  }

  /** False when an endless repetition has come to its end. */
  *#once({ text, kind, repeats }: Control, times: number): Blocking<boolean> {
    const { tool } = this;
    const suffix = times > 0 ? ` on repetition ${times}` : '';
    if ('line' in kind) {
      const line = kind.line * (times + 1) - 1;
      if (line > this.lines.length || (line === this.lines.length && times > 0)) {
        yield* this.#write(this.lines.length);
        throw new Fatal(`${tool.word(text)}: line number out of range${suffix}`);
      }
      yield* this.#write(line);
      return true;
    }
    const start = this.#at + (this.#at > 0 || this.#count > 0 ? 1 : 0);
    const from = this.#count === 0 && this.#at === 0 ? 0 : start;
    let found = from;
    while (found < this.lines.length && !kind.regex.test((this.lines[found] ?? '').replace(/\n$/, ''))) found++;
    if (found >= this.lines.length) {
      if (!Number.isFinite(repeats)) return false;
      if (!kind.isSkipped) yield* this.#write(this.lines.length);
      throw new Fatal(`${tool.word(text)}: match not found${suffix}`);
    }
    const cut = found + kind.offset;
    if (cut < this.#at || cut > this.lines.length) throw new Fatal(`${tool.word(text)}: line number out of range`);
    if (kind.isSkipped) this.#at = cut;
    else yield* this.#write(cut);
    if (tool.has('suppress-matched')) this.#at++;
    return true;
  }

  *#write(to: number): Blocking<void> {
    const { tool } = this;
    const text = this.lines.slice(this.#at, to).join('');
    this.#at = Math.max(this.#at, to);
    if (text === '' && tool.has('elide-empty-files')) return;
    const digits = parseNumber(tool.value('digits') ?? '2');
    if (!digits.ok) throw new Fatal(`invalid number: ${tool.word(tool.value('digits') ?? '')}`);
    const name = `${tool.value('prefix') ?? 'xx'}${String(this.#count++).padStart(digits.value, '0')}`;
    try {
      const fd = yield* tool.sys.open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
      this.#made.push(name);
      yield* writeAll(tool.sys, fd, fromBinary(text));
      tool.sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
    }
    if (!tool.has('quiet')) yield* tool.line(String(text.length));
  }
}
