/** The built-in functions of awk. */
import { bare } from '../../../kernel/sim';
import { roomForItems, roomForText } from '../../lib/room';
import type { Regex } from '../../regex';
import type { Expression } from './ast';
import { type Code, constant, evaluate, later, map, map2, mapAll, now } from './code';
import type { ExpressionCompiler, Place } from './compile';
import { formatValues } from './format';
import { formatTime, makeTime } from './time';
import { InputText, toNumber } from './values';

const mathematics: Readonly<Record<string, (x: number) => number>> = bare({
  sin: Math.sin,
  cos: Math.cos,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  int: Math.trunc,
});

export function builtinCode(compiler: ExpressionCompiler, name: string, args: readonly Expression[]): Code {
  const { runtime, machine } = compiler;
  const code = (at: number) => {
    const arg = args[at];
    return arg === undefined ? constant(undefined) : compiler.compile(arg);
  };
  const code0 = name === 'length' || name === 'split' ? constant(undefined) : code(0);
  const work = mathematics[name];
  if (work) return map(code0, (value) => work(toNumber(value)));
  switch (name) {
    case 'length':
      return lengthCode(compiler, args);
    case 'substr':
      return args.length === 2
        ? map2(code(0), code(1), (text, from) => substr(runtime.text(text), toNumber(from), null))
        : mapAll([code(0), code(1), code(2)], ([text, from, count]) =>
            substr(runtime.text(text), toNumber(from), toNumber(count)),
          );
    case 'index':
      return map2(code(0), code(1), (text, wanted) => runtime.text(text).indexOf(runtime.text(wanted)) + 1);
    case 'split':
      return splitCode(compiler, args);
    case 'sub':
    case 'gsub':
      return substituteCode(compiler, args, name === 'gsub');
    case 'match': {
      const [, source] = args;
      return source === undefined
        ? constant(0)
        : compiler.withRegex(source, [code(0)], (regex, [text]) => {
            const found = regex.exec(runtime.text(text));
            runtime.set('RSTART', found === null ? 0 : found.index + 1);
            runtime.set('RLENGTH', found === null ? -1 : found.end - found.index);
            return runtime.get('RSTART');
          });
    }
    case 'sprintf':
      return mapAll(
        args.map((_, at) => code(at)),
        ([format, ...values]) => formatValues(runtime, runtime.text(format), values, 'sprintf'),
      );
    case 'atan2':
      return map2(code(0), code(1), (y, x) => Math.atan2(toNumber(y), toNumber(x)));
    case 'tolower':
      return map(code0, (value) => runtime.text(value).replaceAll(/[A-Z]+/g, (part) => part.toLowerCase()));
    case 'toupper':
      return map(code0, (value) => runtime.text(value).replaceAll(/[a-z]+/g, (part) => part.toUpperCase()));
    case 'rand':
      return now(() => machine.random.next());
    case 'srand':
      return args.length === 0
        ? now(() => machine.random.seed(machine.seconds()))
        : map(code0, (value) => machine.random.seed(toNumber(value)));
    case 'systime':
      return now(() => machine.seconds());
    case 'mktime':
      return map(code0, (value) => makeTime(runtime.text(value)));
    case 'strftime':
      return mapAll(
        args.map((_, at) => code(at)),
        ([format, time]) =>
          formatTime(
            format === undefined ? '%c' : runtime.text(format),
            time === undefined ? machine.seconds() : toNumber(time),
          ),
      );
    case 'system':
      return later(function* () {
        return yield* machine.streams.system(runtime.text(yield* evaluate(code0)));
      });
    case 'close':
      return later(function* () {
        return yield* machine.streams.close(runtime.text(yield* evaluate(code0)));
      });
    default:
      return later(function* () {
        if (args.length > 0) return yield* machine.streams.flush(runtime.text(yield* evaluate(code0)));
        yield* machine.streams.flushAll();
        return 0;
      });
  }
}

function lengthCode(compiler: ExpressionCompiler, args: readonly Expression[]): Code {
  const { runtime } = compiler;
  const [arg] = args;
  if (arg === undefined) return now(() => runtime.text(runtime.getField(0)).length);
  if (arg.kind === 'variable' && compiler.isArray(arg.name)) {
    const array = compiler.array(arg.name);
    return now(() => array().size);
  }
  return map(compiler.compile(arg), (value) => runtime.text(value).length);
}

/** mawk counts what lies before the first character as further length. */
function substr(text: string, from: number, count: number | null): string {
  const start = Math.trunc(from);
  if (count === null) return text.slice(Math.max(0, start - 1));
  const length = Math.trunc(count);
  const [begin, size] = start < 1 ? [1, length - start] : [start, length];
  return size <= 0 ? '' : text.slice(begin - 1, begin - 1 + size);
}

function splitCode(compiler: ExpressionCompiler, args: readonly Expression[]): Code {
  const { runtime } = compiler;
  const [text, target, separator] = args;
  if (text === undefined || target?.kind !== 'variable') return constant(0);
  const array = compiler.array(target.name);
  const fill = (parts: readonly string[]) => {
    const filled = array();
    filled.clear();
    for (const [at, part] of parts.entries()) filled.set(String(at + 1), new InputText(part), true);
    return parts.length;
  };
  const source = compiler.compile(text);
  if (separator === undefined)
    return map(source, (value) => fill(runtime.splitText(runtime.text(value), runtime.textOf('FS'))));
  if (separator.kind === 'regex') {
    const regex = runtime.regex(separator.source);
    return map(source, (value) => fill(runtime.splitText(runtime.text(value), regex)));
  }
  return map2(source, compiler.compile(separator), (value, given) =>
    fill(runtime.splitText(runtime.text(value), runtime.text(given))),
  );
}

function substituteCode(compiler: ExpressionCompiler, args: readonly Expression[], global: boolean): Code {
  const { runtime } = compiler;
  const [source, replacement, target = { kind: 'field' as const, index: { kind: 'number' as const, value: 0 } }] = args;
  if (source === undefined || replacement === undefined) return constant(0);
  const isPlace = target.kind === 'variable' || target.kind === 'element' || target.kind === 'field';
  const place: Place = isPlace
    ? compiler.place(target)
    : { key: compiler.compile(target), read: (key) => key, write: () => undefined };
  return compiler.withRegex(source, [compiler.compile(replacement), place.key], (regex, [given, key]) => {
    const { text, count } = substitute(runtime.text(place.read(key)), regex, runtime.text(given), global);
    if (count > 0) place.write(key, text);
    return count;
  });
}

function substitute(text: string, regex: Regex, replacement: string, global: boolean): { text: string; count: number } {
  const parts = replacementParts(replacement);
  let out = '';
  let count = 0;
  let copied = 0;
  let lastEnd = -1;
  for (let at = 0; at <= text.length; ) {
    const found = regex.exec(text, at);
    if (found === null) break;
    const isEmpty = found.end === found.index;
    if (isEmpty && found.index === lastEnd) {
      at = found.index + 1;
      continue;
    }
    out += text.slice(copied, found.index) + parts.map((part) => part ?? text.slice(found.index, found.end)).join('');
    roomForText(out.length);
    roomForItems(count);
    count++;
    copied = lastEnd = found.end;
    if (!global) break;
    at = isEmpty ? found.end + 1 : found.end;
  }
  return { text: out + text.slice(copied), count };
}

/** Null stands for the matched text (`&`). */
function replacementParts(source: string): Array<string | null> {
  const parts: Array<string | null> = [];
  let text = '';
  for (let at = 0; at < source.length; at++) {
    const char = source[at] ?? '';
    const next = source[at + 1];
    if (char === '\\' && (next === '&' || next === '\\')) {
      text += next;
      at++;
    } else if (char === '&') {
      parts.push(text, null);
      text = '';
    } else text += char;
  }
  return [...parts, text];
}
