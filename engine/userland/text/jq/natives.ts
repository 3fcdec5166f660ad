/** Functions of jq that are not written in jq. */
import { type Blocking, encode } from '../../../kernel/sim';
import type { Filter } from './ast';
import { compareJson, compareText } from './compare';
import { dateFunctions } from './dates';
import type { Emit, Env, Path } from './env';
import { environment } from './environment';
import type { Evaluator } from './evaluate';
import { type Json, typeOf } from './json';
import { JsonParseError, JsonReader } from './json-reader';
import { compact, toJsonText } from './json-text';
import { matchAll } from './matching';
import { add, described, indicesOf, isTrue, JqError } from './operators';
import { deletePaths, getPath, setPath } from './paths';

export interface Call {
  evaluator: Evaluator;
  args: readonly Filter[];
  env: Env;
  input: Json;
  path: Path;
  emit: Emit;
}

export type Native = (call: Call) => Blocking<void>;

/** The program ends here, with this status. */
export class Halt {
  constructor(
    readonly status: number,
    readonly message: string,
  ) {}
}

/** A function of the input alone. */
const plain =
  (work: (input: Json) => Json): Native =>
  ({ input, emit }) =>
    emit(work(input), null);
/** A function of the input and the values of its arguments. */
const withArgs =
  (work: (input: Json, args: Json[]) => Json): Native =>
  (call) =>
    cartesian(call, 0, [], (args) => call.emit(work(call.input, args), null));

function cartesian(call: Call, at: number, values: Json[], then: (values: Json[]) => Blocking<void>): Blocking<void> {
  const arg = call.args[call.args.length - 1 - at];
  if (arg === undefined) return then(values);
  return call.evaluator.run(arg, call.env, call.input, null, (value) =>
    cartesian(call, at + 1, [value, ...values], then),
  );
}

function text(value: Json, what: string): string {
  if (typeof value !== 'string') throw new JqError(what);
  return value;
}

function array(value: Json, what: string): Json[] {
  if (!Array.isArray(value)) throw new JqError(`${described(value)} cannot be ${what}, as it is not an array`);
  return value;
}

function lengthOf(value: Json): number {
  if (value === null) return 0;
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  throw new JqError(`${described(value)} has no length`);
}

function keysOf(value: Json, sorted: boolean): Json {
  if (Array.isArray(value)) return value.map((_, at) => at);
  if (!(value instanceof Map)) throw new JqError(`${described(value)} has no keys`);
  return sorted ? [...value.keys()].sort(compareText) : [...value.keys()];
}

function has(value: Json, key: Json): boolean {
  if (value instanceof Map && typeof key === 'string') return value.has(key);
  if (Array.isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  throw new JqError(
    `Cannot check whether ${typeOf(value)} has a ${typeof key === 'string' ? 'string' : typeOf(key)} key`,
  );
}

function contains(a: Json, b: Json): boolean {
  if (a instanceof Map && b instanceof Map)
    return [...b].every(([key, value]) => a.has(key) && contains(a.get(key) ?? null, value));
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((item) => a.some((own) => typeOf(own) === typeOf(item) && contains(own, item)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeOf(a) !== typeOf(b))
    throw new JqError(`${described(a)} and ${described(b)} cannot have their containment checked`);
  return compareJson(a, b) === 0;
}

function* keyed(call: Call): Blocking<Array<{ item: Json; key: Json }>> {
  const items = array(call.input, 'sorted');
  const [filter] = call.args;
  const pairs: Array<{ item: Json; key: Json }> = [];
  for (const item of items) {
    const key: Json[] = [];
    if (filter) {
      yield* call.evaluator.run(filter, call.env, item, null, function* (value) {
        yield* nothing;
        key.push(value);
      });
    }
    pairs.push({ item, key });
  }
  return pairs;
}

const nothing: readonly never[] = [];

function* sortedPairs(call: Call): Blocking<Array<{ item: Json; key: Json }>> {
  return (yield* keyed(call)).toSorted((a, b) => compareJson(a.key, b.key));
}

function* groups(call: Call): Blocking<Json[][]> {
  const result: Json[][] = [];
  let last: Json | undefined;
  for (const { item, key } of yield* sortedPairs(call)) {
    const group = result.at(-1);
    if (group !== undefined && last !== undefined && compareJson(last, key) === 0) group.push(item);
    else result.push([item]);
    last = key;
  }
  return result;
}

function* extreme(call: Call, sign: number): Blocking<void> {
  const pairs = yield* keyed(call);
  const best = pairs.reduce<{ item: Json; key: Json } | null>((found, pair) => {
    if (found === null) return pair;
    const order = sign * compareJson(pair.key, found.key);
    return order > 0 || (order === 0 && sign > 0) ? pair : found;
  }, null);
  yield* call.emit(best?.item ?? null, null);
}

function flatten(value: Json[], depth: number): Json[] {
  return value.flatMap((item) => (Array.isArray(item) && depth > 0 ? flatten(item, depth - 1) : [item]));
}

function toNumber(value: Json): Json {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw new JqError(`${described(value)} cannot be parsed as a number`);
  try {
    const parsed = new JsonReader(value).next();
    if (typeof parsed === 'number') return parsed;
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error;
    throw new JqError(`${error.message} (while parsing '${value}')`);
  }
  throw new JqError(`Cannot be parsed as a number (while parsing '${value}')`);
}

function fromJson(value: Json): Json {
  const source = text(value, `${described(value)} cannot be parsed as JSON`);
  try {
    const reader = new JsonReader(source);
    const parsed = reader.next();
    if (reader.next() !== undefined) throw new JqError(`Unexpected extra JSON values (while parsing '${source}')`);
    return parsed ?? null;
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error;
    throw new JqError(`${error.message} (while parsing '${source}')`);
  }
}

const mathematics: Readonly<Record<string, (x: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x) => Math.sign(x) * Math.round(Math.abs(x)),
  sqrt: Math.sqrt,
  fabs: Math.abs,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  exp10: (x) => 10 ** x,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  trunc: Math.trunc,
  significand: (x) => x / 2 ** Math.floor(Math.log2(Math.abs(x))),
  logb: (x) => Math.floor(Math.log2(Math.abs(x))),
  cbrt: Math.cbrt,
};

const natives = new Map<string, Native>();

function define(entries: Readonly<Record<string, Native>>): void {
  for (const [key, native] of Object.entries(entries)) natives.set(key, native);
}

define({
  'empty/0': function* () {
    yield* nothing;
  },
  'error/0': ({ input }) => {
    throw new JqError(input);
  },
  'error/1': (call) =>
    cartesian(call, 0, [], ([value = null]) => {
      throw new JqError(value);
    }),
  'not/0': plain((input) => !isTrue(input)),
  'length/0': plain(lengthOf),
  'utf8bytelength/0': plain(
    (input) => encode(text(input, `${described(input)} only strings have UTF-8 byte length`)).length,
  ),
  'keys/0': plain((input) => keysOf(input, true)),
  'keys_unsorted/0': plain((input) => keysOf(input, false)),
  'has/1': withArgs((input, [key = null]) => has(input, key)),
  'contains/1': withArgs((input, [wanted = null]) => contains(input, wanted)),
  'type/0': plain(typeOf),
  'tostring/0': plain((input) => (typeof input === 'string' ? input : toJsonText(input, compact))),
  'tonumber/0': plain(toNumber),
  'tojson/0': plain((input) => toJsonText(input, compact)),
  'fromjson/0': plain(fromJson),
  'infinite/0': plain(() => Number.POSITIVE_INFINITY),
  'nan/0': plain(() => Number.NaN),
  'isinfinite/0': plain((input) => typeof input === 'number' && !Number.isFinite(input) && !Number.isNaN(input)),
  'isnan/0': plain((input) => typeof input === 'number' && Number.isNaN(input)),
  'isnormal/0': plain((input) => typeof input === 'number' && Number.isFinite(input) && input !== 0),
  'now/0': ({ evaluator, emit }) => emit(evaluator.host.sys.clockGettime('realtime') / 1e9, null),
  'env/0': ({ evaluator, emit }) => emit(environment(evaluator.host.env), null),
  'input_filename/0': ({ evaluator, emit }) => emit(evaluator.host.inputName(), null),
  'input_line_number/0': ({ evaluator, emit }) => emit(evaluator.host.inputLine(), null),
  'halt/0': () => {
    throw new Halt(0, '');
  },
  'halt_error/0': ({ input }) => {
    throw new Halt(5, haltText(input));
  },
  'halt_error/1': (call) =>
    cartesian(call, 0, [], ([status = null]) => {
      throw new Halt(typeof status === 'number' ? status : 5, haltText(call.input));
    }),
  'debug/0': function* ({ evaluator, input, path, emit }) {
    yield* evaluator.host.report(`["DEBUG:",${toJsonText(input, compact)}]\n`);
    yield* emit(input, path);
  },
  'stderr/0': function* ({ evaluator, input, path, emit }) {
    yield* evaluator.host.report(toJsonText(input, compact));
    yield* emit(input, path);
  },
  'input/0': function* ({ evaluator, emit }) {
    const next = yield* evaluator.host.nextInput();
    if (next === undefined) throw new JqError('break');
    yield* emit(next, null);
  },
  'inputs/0': function* ({ evaluator, emit }) {
    for (let next = yield* evaluator.host.nextInput(); next !== undefined; next = yield* evaluator.host.nextInput())
      yield* emit(next, null);
  },
  'path/1': function* ({ evaluator, args, env, input, emit }) {
    const [filter] = args;
    if (!filter) return;
    yield* evaluator.run(filter, env, input, [], (value, path) => {
      if (path === null) throw new JqError(`Invalid path expression with result ${toJsonText(value, compact)}`);
      return emit([...path], null);
    });
  },
  'getpath/1': (call) =>
    cartesian(call, 0, [], ([path = null]) => {
      const keys = array(path, 'used as a path');
      return call.emit(getPath(call.input, keys), call.path === null ? null : [...call.path, ...keys]);
    }),
  'setpath/2': withArgs((input, [path = null, value = null]) => setPath(input, array(path, 'used as a path'), value)),
  'delpaths/1': withArgs((input, [paths = null]) =>
    deletePaths(
      input,
      array(paths, 'used as paths').map((path) => array(path, 'used as a path')),
    ),
  ),
  'del/1': function* ({ evaluator, args, env, input, emit }) {
    const [filter] = args;
    if (filter) yield* emit(deletePaths(input, yield* evaluator.pathsOf(filter, env, input)), null);
  },
  'limit/2': function* (call) {
    const [count, filter] = call.args;
    if (!count || !filter) return;
    yield* call.evaluator.run(count, call.env, call.input, null, (value) =>
      call.evaluator.limit(typeof value === 'number' ? value : 0, filter, call.env, call.input, call.path, call.emit),
    );
  },
  'first/1': function* (call) {
    const [filter] = call.args;
    if (filter) yield* call.evaluator.limit(1, filter, call.env, call.input, call.path, call.emit);
  },
  'range/1': (call) => cartesian(call, 0, [], ([end = null]) => range(call, 0, end, 1)),
  'range/2': (call) => cartesian(call, 0, [], ([start = null, end = null]) => range(call, start, end, 1)),
  'range/3': (call) => cartesian(call, 0, [], ([start = null, end = null, by = null]) => range(call, start, end, by)),
  'add/0': plain((input) => {
    const items = input instanceof Map ? [...input.values()] : Array.isArray(input) ? input : null;
    if (items === null) throw new JqError(`Cannot iterate over ${input === null ? 'null' : described(input)}`);
    return items.length > 0 && items.every((item) => typeof item === 'string')
      ? items.join('')
      : items.reduce<Json>((sum, item) => add(sum, item), null);
  }),
  'sort/0': function* (call) {
    yield* nothing;
    yield* call.emit(array(call.input, 'sorted').toSorted(compareJson), null);
  },
  'sort_by/1': function* (call) {
    yield* call.emit(
      (yield* sortedPairs(call)).map(({ item }) => item),
      null,
    );
  },
  'group_by/1': function* (call) {
    yield* call.emit(yield* groups(call), null);
  },
  'unique_by/1': function* (call) {
    yield* call.emit(
      (yield* groups(call)).map((group) => group[0] ?? null),
      null,
    );
  },
  'unique/0': plain((input) =>
    array(input, 'sorted')
      .toSorted(compareJson)
      .filter((item, at, all) => at === 0 || compareJson(item, all[at - 1] ?? null) !== 0),
  ),
  'min_by/1': (call) => extreme(call, -1),
  'max_by/1': (call) => extreme(call, 1),
  'min/0': plain(
    (input) =>
      array(input, 'compared').reduce<Json | undefined>(
        (best, item) => (best === undefined || compareJson(item, best) < 0 ? item : best),
        undefined,
      ) ?? null,
  ),
  'max/0': plain(
    (input) =>
      array(input, 'compared').reduce<Json | undefined>(
        (best, item) => (best === undefined || compareJson(item, best) >= 0 ? item : best),
        undefined,
      ) ?? null,
  ),
  'reverse/0': plain((input) =>
    typeof input === 'string'
      ? [...input].reverse().join('')
      : input === null
        ? []
        : [...array(input, 'reversed')].reverse(),
  ),
  'flatten/0': plain((input) => flatten(array(input, 'flattened'), Number.POSITIVE_INFINITY)),
  'flatten/1': withArgs((input, [depth = null]) => {
    if (typeof depth !== 'number' || depth < 0) throw new JqError('flatten depth must not be negative');
    return flatten(array(input, 'flattened'), depth);
  }),
  'indices/1': withArgs((input, [wanted = null]) => indicesOf(input, wanted)),
  'index/1': withArgs((input, [wanted = null]) => firstOf(indicesOf(input, wanted), 0)),
  'rindex/1': withArgs((input, [wanted = null]) => firstOf(indicesOf(input, wanted), -1)),
  'split/1': withArgs((input, [separator = null]) => {
    const [whole, part] = [
      text(input, 'split input and separator must be strings'),
      text(separator, 'split input and separator must be strings'),
    ];
    return whole === '' ? [] : part === '' ? [...whole] : whole.split(part);
  }),
  'join/1': withArgs((input, [separator = null]) => join(input, separator)),
  'ltrimstr/1': withArgs((input, [prefix = null]) =>
    typeof input === 'string' && typeof prefix === 'string' && input.startsWith(prefix)
      ? input.slice(prefix.length)
      : input,
  ),
  'rtrimstr/1': withArgs((input, [suffix = null]) =>
    typeof input === 'string' && typeof suffix === 'string' && suffix !== '' && input.endsWith(suffix)
      ? input.slice(0, -suffix.length)
      : input,
  ),
  'startswith/1': withArgs((input, [prefix = null]) =>
    text(input, 'startswith() requires string inputs').startsWith(text(prefix, 'startswith() requires string inputs')),
  ),
  'endswith/1': withArgs((input, [suffix = null]) =>
    text(input, 'endswith() requires string inputs').endsWith(text(suffix, 'endswith() requires string inputs')),
  ),
  'ascii_downcase/0': plain((input) =>
    text(input, 'explode input must be a string').replaceAll(/[A-Z]/g, (char) => char.toLowerCase()),
  ),
  'ascii_upcase/0': plain((input) =>
    text(input, 'explode input must be a string').replaceAll(/[a-z]/g, (char) => char.toUpperCase()),
  ),
  'explode/0': plain((input) =>
    [...text(input, `${described(input)} cannot be exploded`)].map((char) => char.codePointAt(0) ?? 0),
  ),
  'implode/0': plain((input) => {
    if (!Array.isArray(input)) throw new JqError('implode input must be an array');
    return input.map((code) => String.fromCodePoint(typeof code === 'number' ? Math.trunc(code) : 0xfffd)).join('');
  }),
  '_match/2': withArgs((input, [pattern = null, flags = null]) => {
    if (typeof input !== 'string') throw new JqError(`${described(input)} cannot be matched, as it is not a string`);
    if (typeof pattern !== 'string')
      throw new JqError(`${described(pattern)} cannot be matched, as it is not a string`);
    return matchAll(input, pattern, typeof flags === 'string' ? flags : '');
  }),
  'pow/2': withArgs((_, [base = null, exponent = null]) => Number(base) ** Number(exponent)),
  'builtins/0': plain(() => [...natives.keys()]),
  'modulemeta/0': () => {
    throw new JqError('modules are not there in this simulator');
  },
});
for (const [name, work] of Object.entries(mathematics)) {
  natives.set(
    `${name}/0`,
    plain((input) => {
      if (typeof input !== 'number') throw new JqError(`${described(input)} number required`);
      return work(input);
    }),
  );
}
for (const [key, work] of Object.entries(dateFunctions)) natives.set(key, withArgs(work));

function haltText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : `${toJsonText(value, compact)}\n`;
}

function join(input: Json, separator: Json): Json {
  const items = Array.isArray(input) ? input : null;
  if (items === null) throw new JqError(`Cannot iterate over ${input === null ? 'null' : described(input)}`);
  if (items.length === 0) return '';
  return items.reduce<Json>((sum, item, at) => {
    const shown =
      item === null ? '' : typeof item === 'boolean' || typeof item === 'number' ? toJsonText(item, compact) : item;
    return add(at === 0 ? '' : add(sum, separator), shown);
  }, '');
}

function firstOf(found: Json, at: number): Json {
  return Array.isArray(found) ? (found.at(at) ?? null) : null;
}

function* range(call: Call, start: Json, end: Json, by: Json): Blocking<void> {
  if (typeof start !== 'number' || typeof end !== 'number' || typeof by !== 'number')
    throw new JqError('Range bounds must be numeric');
  if (by === 0) {
    if (start < end) for (;;) yield* call.emit(start, null);
    return;
  }
  for (let value = start; by > 0 ? value < end : value > end; value += by) {
    yield* call.emit(value, null);
    yield* call.evaluator.host.sys.checkpoint();
  }
}

export function nativeFunction(key: string): Native | null {
  return natives.get(key) ?? null;
}
