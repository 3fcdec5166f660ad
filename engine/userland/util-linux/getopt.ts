/** getopt(1): sorts the options of a script, and quotes them for `eval set --`. */
import type { Blocking } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { type OptionSpec, parseOptions, UsageError } from '../lib/options';
import { Fatal, type Frame, utilLinux } from './common/frame';

export const getopt = utilLinux({
  name: 'getopt',
  options: [
    { long: 'alternative', short: 'a' },
    { long: 'longoptions', short: 'l', value: 'required' },
    { long: 'name', short: 'n', value: 'required' },
    { long: 'options', short: 'o', value: 'required' },
    { long: 'quiet', short: 'q' },
    { long: 'quiet-output', short: 'Q' },
    { long: 'shell', short: 's', value: 'required' },
    { long: 'test', short: 'T' },
    { long: 'unquoted', short: 'u' },
  ],
  stopAtOperand: true,
  usageStatus: 2,
  help: '<optstring> <parameters>\n getopt [options] [--] <optstring> <parameters>\n getopt [options] -o|--options <optstring> [options] [--] <parameters>\n\nParse command options.',
  *run(frame) {
    const { options: given } = frame;
    if (given.has('test')) return 4;
    const operands = [...given.operands];
    // Without options of its own it is the old program, which quotes nothing.
    const isOld = given.given.length === 0;
    const letters = given.value('options') ?? operands.shift();
    if (letters === undefined)
      throw new Fatal("missing optstring argument\nTry 'getopt --help' for more information.", 2);
    return yield* parse(frame, letters, operands, !isOld && !given.has('unquoted'));
  },
});

function* parse(frame: Frame, letters: string, args: readonly string[], quotes: boolean): Blocking<number> {
  const { sys, options: given, out } = frame;
  const inOrder = letters.startsWith('-');
  const specs = [...shortSpecs(letters.replace(/^[+-]/, '')), ...longSpecs(given.values('longoptions'))];
  const words: string[] = [];
  const operands: string[] = [];
  let status = 0;
  const stops = letters.startsWith('+') || frame.env.POSIXLY_CORRECT !== undefined;
  for (const part of split(args, specs, stops, given.has('alternative'))) {
    if (part.kind === 'operand') {
      if (inOrder) words.push(quoted(part.text, quotes, given.value('shell')));
      else operands.push(part.text);
    } else if (part.kind === 'mistake') {
      if (!given.has('quiet')) yield* writeAll(sys, 2, `${given.value('name') ?? 'getopt'}: ${part.text}\n`);
      status = 1;
    } else {
      words.push(part.text);
      if (part.value !== null) words.push(quoted(part.value, quotes, given.value('shell')));
    }
  }
  const rest = operands.map((text) => quoted(text, quotes, given.value('shell')));
  if (!given.has('quiet-output')) yield* out.line(` ${[...words, '--', ...rest].join(' ')}`);
  return status;
}

function shortSpecs(letters: string): OptionSpec[] {
  return [...letters.matchAll(/([^:])(:{0,2})/g)].map(([, short = '', colons = '']) => withValue({ short }, colons));
}

function longSpecs(lists: readonly string[]): OptionSpec[] {
  const names = lists.flatMap((list) => list.split(/[,\s]+/)).filter((name) => name !== '');
  return names.map((name) => withValue({ long: name.replace(/:+$/, '') }, /:*$/.exec(name)?.[0] ?? ''));
}

function withValue(spec: OptionSpec, colons: string): OptionSpec {
  if (colons === '') return spec;
  return { ...spec, value: colons === ':' ? 'required' : 'optional' };
}

type Part =
  | { kind: 'operand'; text: string }
  | { kind: 'mistake'; text: string }
  | { kind: 'option'; text: string; value: string | null };

/** One argument after the other, so that mistakes do not stop it. */
function split(args: readonly string[], specs: readonly OptionSpec[], stops: boolean, alternative: boolean): Part[] {
  const parts: Part[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') return [...parts, ...rest.map((text): Part => ({ kind: 'operand', text }))];
    if (!arg.startsWith('-') || arg === '-') {
      parts.push({ kind: 'operand', text: arg });
      if (stops) return [...parts, ...rest.map((text): Part => ({ kind: 'operand', text }))];
      continue;
    }
    const isLong =
      alternative &&
      !arg.startsWith('--') &&
      specs.some(({ long }) => long?.startsWith(arg.slice(1).split('=')[0] ?? ''));
    parts.push(...one(isLong ? `-${arg}` : arg, specs, rest));
  }
  return parts;
}

/** The options of one argument; takes its value from `rest` where it is there. */
function one(arg: string, specs: readonly OptionSpec[], rest: string[]): Part[] {
  if (arg.startsWith('--')) return tryOne(arg, specs, rest);
  const parts: Part[] = [];
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at] ?? '';
    const spec = specs.find(({ short }) => short === letter);
    if (spec?.value === undefined) {
      if (spec) parts.push({ kind: 'option', text: `-${letter}`, value: null });
      else parts.push({ kind: 'mistake', text: `invalid option -- '${letter}'` });
      continue;
    }
    return [...parts, ...tryOne(`-${arg.slice(at)}`, specs, rest)];
  }
  return parts;
}

/** One option; the next argument is its value when it needs one and none is attached. */
function tryOne(arg: string, specs: readonly OptionSpec[], rest: string[]): Part[] {
  for (const args of [[arg], [arg, ...rest.slice(0, 1)]]) {
    try {
      const [option] = parseOptions(args, specs, { stopAtOperand: true }).given;
      if (!option) return [];
      if (args.length > 1) rest.shift();
      const spec = specs.find(({ long, short }) => (long ?? short) === option.name);
      const text = spec?.long === undefined ? `-${option.name}` : `--${option.name}`;
      return [{ kind: 'option', text, value: spec?.value === undefined ? null : (option.value ?? '') }];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const mayTakeNext = error.message.includes('requires an argument') && args.length === 1 && rest.length > 0;
      if (!mayTakeNext) return [{ kind: 'mistake', text: error.message }];
    }
  }
  return [];
}

function quoted(text: string, quotes: boolean, shell: string | null): string {
  if (!quotes) return text;
  const isC = shell === 'csh' || shell === 'tcsh';
  const inner = text.replaceAll("'", "'\\''");
  return `'${isC ? inner.replaceAll('!', "'\\!'") : inner}'`;
}
