/** uniq: leaves out lines that repeat the one before (uniq(1)). */
import { type Blocking, isSysError, O_CREAT, O_TRUNC, O_WRONLY, strerror } from '../../kernel/sim';
import { parseNumber } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { Lines } from './common/lines';
import { extraOperand } from './common/operands';
import { chooseWord, Fatal, makeTool, type Tool } from './common/tool';

const repeatWords = { none: 'none', prepend: 'prepend', separate: 'separate' } as const;
const groupWords = { prepend: 'prepend', append: 'append', separate: 'separate', both: 'both' } as const;

export const uniq = makeTool({
  name: 'uniq',
  options: [
    { short: 'c', long: 'count' },
    { short: 'd', long: 'repeated' },
    { short: 'D', as: 'all-repeated' },
    { long: 'all-repeated', value: 'optional' },
    { long: 'group', value: 'optional' },
    { short: 'i', long: 'ignore-case' },
    { short: 'f', long: 'skip-fields', value: 'required' },
    { short: 's', long: 'skip-chars', value: 'required' },
    { short: 'u', long: 'unique' },
    { short: 'w', long: 'check-chars', value: 'required' },
    { short: 'z', long: 'zero-terminated' },
  ],
  help: `[OPTION]... [INPUT [OUTPUT]]
Of lines that follow each other and are equal print one.

  -c, --count             how often each was there, in front
  -d, --repeated          only those that were repeated, once each
  -D, --all-repeated[=METHOD]  all that were repeated; groups apart: none, prepend, separate
  -f, --skip-fields=N     compare from behind the first N fields
      --group[=METHOD]    all lines, groups apart: separate, prepend, append, both
  -i, --ignore-case       any case
  -s, --skip-chars=N      compare from behind the first N characters
  -u, --unique            only those that were not repeated
  -w, --check-chars=N     compare no more than N characters
  -z, --zero-terminated   lines end with NUL`,
  // `-9`, also behind other letters, is how many fields are passed over.
  rewrite: (args) =>
    args.flatMap((arg) => {
      const [, letters = '', digits] = /^-([cdDiuz]*)(\d+)$/.exec(arg) ?? [];
      if (digits === undefined) return [arg];
      return [...(letters === '' ? [] : [`-${letters}`]), '-f', digits];
    }),
  *run(tool) {
    const { operands } = tool;
    if (operands.length > 2) throw extraOperand(tool, operands[2] ?? '');
    const style = readStyle(tool);
    const [input = '-', output = '-'] = operands;
    const source = yield* open(tool, input, 0);
    const target = output === '-' ? 1 : yield* open(tool, output, O_WRONLY | O_CREAT | O_TRUNC);
    if (target !== 1) tool.sys.dup2(target, 1);
    try {
      yield* filter(tool, new Lines(tool.sys, source, style.end === '\0' ? 0 : 10), style);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`error reading ${tool.quote(input)}`);
    }
  },
});

function* open(tool: Tool, name: string, flags: number): Blocking<number> {
  if (name === '-') return 0;
  try {
    return yield* tool.sys.open(name, flags, 0o666);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

interface Style {
  count: boolean;
  unique: boolean;
  repeated: boolean;
  all: keyof typeof repeatWords | null;
  group: keyof typeof groupWords | null;
  ignoreCase: boolean;
  fields: number;
  chars: number;
  check: number;
  end: string;
}

function readStyle(tool: Tool): Style {
  const number = (name: string, what: string) => {
    const text = tool.value(name);
    if (text === null) return null;
    const parsed = parseNumber(text);
    if (!parsed.ok) throw new Fatal(`${text}: ${what}`);
    return parsed.value;
  };
  const [allWord, groupWord] = [tool.value('all-repeated'), tool.value('group')];
  const all = tool.has('all-repeated')
    ? allWord === null
      ? 'none'
      : chooseWord(tool, allWord, '--all-repeated', repeatWords)
    : null;
  const group = tool.has('group')
    ? groupWord === null
      ? 'separate'
      : chooseWord(tool, groupWord, '--group', groupWords)
    : null;
  if (group !== null && ['count', 'repeated', 'all-repeated', 'unique'].some((name) => tool.has(name))) {
    throw new UsageError('--group is mutually exclusive with -c/-d/-D/-u');
  }
  if (all !== null && tool.has('count')) {
    throw new UsageError('printing all duplicated lines and repeat counts is meaningless');
  }
  return {
    count: tool.has('count'),
    unique: tool.has('unique'),
    repeated: tool.has('repeated'),
    all,
    group,
    ignoreCase: tool.has('ignore-case'),
    fields: number('skip-fields', 'invalid number of fields to skip') ?? 0,
    chars: number('skip-chars', 'invalid number of bytes to skip') ?? 0,
    check: number('check-chars', 'invalid number of bytes to compare') ?? Number.POSITIVE_INFINITY,
    end: tool.has('zero-terminated') ? '\0' : '\n',
  };
}

function keyOf(line: string, { fields, chars, check, ignoreCase }: Style): string {
  let at = 0;
  for (let field = 0; field < fields && at < line.length; field++) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at++;
  }
  const key = line.slice(at + chars, at + chars + check);
  return ignoreCase ? key.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : key;
}

function* filter(tool: Tool, lines: Lines, style: Style): Blocking<void> {
  let group: string[] = [];
  let key = '';
  let isFirst = true;
  let count = 0;
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    const next = keyOf(line.text, style);
    if (count > 0 && next === key) {
      count++;
      if (style.all !== null || style.group !== null) group.push(line.text);
      continue;
    }
    if (count > 0) isFirst = (yield* printGroup(tool, group, count, style, isFirst)) && isFirst;
    [group, key, count] = [[line.text], next, 1];
    yield* tool.sys.checkpoint();
    if (!lines.hasOne) yield* tool.flush();
  }
  if (count > 0) isFirst = (yield* printGroup(tool, group, count, style, isFirst)) && isFirst;
  if (!isFirst && (style.group === 'append' || style.group === 'both')) yield* tool.write(style.end);
}

/** True when nothing was printed. */
function* printGroup(tool: Tool, group: string[], count: number, style: Style, isFirst: boolean): Blocking<boolean> {
  const { end } = style;
  if (style.group !== null) {
    if (isFirst ? style.group === 'prepend' || style.group === 'both' : true) yield* tool.write(end);
    for (const line of group) yield* tool.writeBinary(line + end);
    return false;
  }
  if (count === 1 ? style.repeated || style.all !== null : style.unique && style.all === null) return true;
  if (style.all !== null) {
    if (style.all === 'prepend' || (style.all === 'separate' && !isFirst)) yield* tool.write(end);
    // With -u the first of each group is left out.
    for (const line of style.unique ? group.slice(1) : group) yield* tool.writeBinary(line + end);
    return false;
  }
  yield* tool.writeBinary(`${style.count ? `${String(count).padStart(7)} ` : ''}${group[0] ?? ''}${end}`);
  return false;
}
