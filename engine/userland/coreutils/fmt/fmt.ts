/** fmt: fills paragraphs (fmt(1)). */
import { type Blocking, isSysError } from '../../../kernel/sim';
import { parseNumber } from '../../lib/numbers';
import { UsageError } from '../../lib/options';
import { closeInput, inputNames, openInput } from '../common/input';
import { Lines } from '../common/lines';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { breakLines } from './break';
import { type Word, wordsOf } from './words';

const usualWidth = 75;
const leeway = 7;

interface FmtSettings {
  crown: boolean;
  tagged: boolean;
  split: boolean;
  uniform: boolean;
  prefix: string;
  maxWidth: number;
  goalWidth: number;
}

export const fmt = makeTool({
  name: 'fmt',
  options: [
    { short: 'c', long: 'crown-margin' },
    { short: 'p', long: 'prefix', value: 'required' },
    { short: 's', long: 'split-only' },
    { short: 't', long: 'tagged-paragraph' },
    { short: 'u', long: 'uniform-spacing' },
    { short: 'w', long: 'width', value: 'required' },
    { short: 'g', long: 'goal', value: 'required' },
  ],
  rewrite: (args) => args.map((arg, at) => (at === 0 ? arg.replace(/^-(\d+)$/, '-w$1') : arg)),
  help: `[-WIDTH] [OPTION]... [FILE]...
Fill the paragraphs of the FILEs.

  -c, --crown-margin       keep the indentation of the first two lines
  -p, --prefix=STRING      only lines that begin with STRING
  -s, --split-only         break long lines, but fill none
  -t, --tagged-paragraph   the first line is indented otherwise
  -u, --uniform-spacing    one space between words, two after sentences
  -w, --width=WIDTH        the widest line (75)      -g, --goal=WIDTH   what is aimed at`,
  *run(tool) {
    const settings = readSettings(tool);
    for (const name of inputNames(tool)) {
      const input = yield* openInput(tool, name, `cannot open ${tool.quote(name)} for reading`);
      if (input === null) continue;
      try {
        yield* formatFile(tool, input.fd, settings);
      } catch (error) {
        if (!isSysError(error)) throw error;
        yield* tool.fail('read error');
      }
      closeInput(tool.sys, input);
    }
  },
});

function readSettings(tool: Tool): FmtSettings {
  const number = (option: string, most: number) => {
    const text = tool.value(option);
    if (text === null) return null;
    const parsed = parseNumber(text);
    if (!parsed.ok || parsed.value > most) {
      const why = parsed.ok ? ': Numerical result out of range' : '';
      throw new Fatal(`invalid width: ${tool.word(text)}${why}`);
    }
    return parsed.value;
  };
  const wrong = tool.operands.find((operand) => /^-\d/.test(operand));
  if (wrong !== undefined)
    throw new UsageError(
      `invalid option -- ${wrong.slice(1, 2)}; -WIDTH is recognized only when it is the first\noption; use -w N instead`,
    );
  const width = number('width', 2500);
  const goal = number('goal', width ?? usualWidth);
  const maxWidth = width ?? (goal === null ? usualWidth : goal + 10);
  return {
    crown: tool.has('crown-margin'),
    tagged: tool.has('tagged-paragraph'),
    split: tool.has('split-only'),
    uniform: tool.has('uniform-spacing'),
    prefix: tool.value('prefix') ?? '',
    maxWidth,
    goalWidth: goal ?? Math.floor((maxWidth * (2 * (100 - leeway) + 1)) / 200),
  };
}

interface Line {
  /** Null for a line without the prefix, or an empty one. */
  body: string | null;
  indent: number;
  text: string;
}

/** What goes on from one paragraph to the next. */
interface State {
  hasTabs: boolean;
  otherIndent: number;
}

const hangingIndent = 3;

function* formatFile(tool: Tool, fd: number, settings: FmtSettings): Blocking<void> {
  const state: State = { hasTabs: false, otherIndent: 0 };
  const lines = new Lines(tool.sys, fd);
  let paragraph: Line[] = [];
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    const parsed = parseLine(line.text, settings.prefix);
    state.hasTabs ||= line.text.includes('\t');
    const joins = paragraph.length > 0 && parsed.body !== null && continues(paragraph, parsed, settings);
    if (!joins) {
      yield* writeParagraph(tool, paragraph, settings, state);
      paragraph = [];
    }
    if (parsed.body === null) yield* tool.writeBinary(`${parsed.text.trimEnd()}\n`);
    else paragraph.push(parsed);
  }
  yield* writeParagraph(tool, paragraph, settings, state);
}

function parseLine(text: string, prefix: string): Line {
  const [, blanks = '', rest = ''] = /^([ \t]*)([\s\S]*)$/.exec(text) ?? [];
  const bare = prefix.replace(/^ +/, '').trimEnd();
  if (bare !== '' && !rest.startsWith(bare)) return { body: null, indent: 0, text };
  const body = bare === '' ? rest : rest.slice(bare.length);
  const trimmed = body.replace(/^[ \t]+/, '');
  const lead = widthOf(blanks) + bare.length + (bare === '' ? 0 : widthOf(body.slice(0, body.length - trimmed.length)));
  return { body: trimmed === '' ? null : trimmed, indent: lead, text };
}

function widthOf(blanks: string): number {
  let column = 0;
  for (const char of blanks) column = char === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  return column;
}

/** Whether a line belongs to the paragraph before it. */
function continues(paragraph: readonly Line[], line: Line, { crown, tagged, split }: FmtSettings): boolean {
  if (split) return false;
  const [first, second] = paragraph;
  if (!first) return false;
  if (crown) return second === undefined || line.indent === second.indent;
  if (tagged) return second === undefined ? line.indent !== first.indent : line.indent === second.indent;
  return line.indent === first.indent;
}

function* writeParagraph(tool: Tool, paragraph: readonly Line[], settings: FmtSettings, state: State): Blocking<void> {
  const [first] = paragraph;
  if (!first) return;
  const words: Word[] = paragraph.flatMap(({ body, indent }) => wordsOf(body ?? '', indent, settings.uniform));
  const last = words.at(-1);
  if (last) last.period = last.final = true;
  const otherIndent = indentOfOthers(paragraph, settings, state);
  state.otherIndent = otherIndent;
  const shape = { maxWidth: settings.maxWidth, goalWidth: settings.goalWidth, firstIndent: first.indent, otherIndent };
  for (const [number, line] of breakLines(words, shape).entries()) {
    const start = margin(number === 0 ? first.indent : otherIndent, settings.prefix, state.hasTabs);
    yield* tool.writeBinary(`${start}${lineText(line, number === 0 ? first.indent : otherIndent, state.hasTabs)}\n`);
  }
  yield* tool.sys.checkpoint();
}

function indentOfOthers([first, second]: readonly Line[], settings: FmtSettings, state: State): number {
  const own = first?.indent ?? 0;
  if (settings.split) return own;
  if (settings.crown) return second?.indent ?? own;
  if (!settings.tagged) return own;
  if (second !== undefined && second.indent !== own) return second.indent;
  if (state.otherIndent !== own) return state.otherIndent;
  return own === 0 ? hangingIndent : 0;
}

function lineText(line: readonly Word[], indent: number, hasTabs: boolean): string {
  let [text, column] = ['', indent];
  for (const [at, word] of line.entries()) {
    text += word.text;
    column += word.length;
    if (at === line.length - 1) break;
    text += spaces(column, column + word.space, hasTabs);
    column += word.space;
  }
  return text;
}

/** Tabs only where the input has some, too. */
function spaces(from: number, to: number, hasTabs: boolean): string {
  const tabTarget = Math.floor(to / 8) * 8;
  let [text, at] = ['', from];
  if (hasTabs && from + 1 < tabTarget) {
    while (at < tabTarget) {
      text += '\t';
      at = (Math.floor(at / 8) + 1) * 8;
    }
  }
  return text + ' '.repeat(to - at);
}

function margin(indent: number, prefix: string, hasTabs: boolean): string {
  const bare = prefix.replace(/^ +/, '').trimEnd();
  if (bare === '') return spaces(0, indent, hasTabs);
  const lead = prefix.length - prefix.replace(/^ +/, '').length;
  const start = lead + bare.length;
  return ' '.repeat(lead) + bare + (start < indent ? spaces(start, indent, hasTabs) : '');
}
