/**
 * Runs filters. A filter gives any number of results; each is handed on as soon as it is there (`emit`), with the path it
 * was found at where somebody asked for paths.
 */
import type { Blocking } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { type Definition, type Filter, JqCompileError } from './ast';
import { bindAs, foreach, reduce } from './bindings';
import { Break, Downstream, type Emit, Env, guardedEmit, type Host, type Path } from './env';
import { environment } from './environment';
import { formatText } from './formats';
import type { Json } from './json';
import { compact, toJsonText } from './json-text';
import { nativeFunction } from './natives';
import { binary, index, isTrue, iterate, JqError, slice } from './operators';
import { deletePaths, getPath, setPath } from './paths';

const bytesAnItem = 40;

export class Evaluator {
  readonly #labels = new WeakMap<Env, Map<string, object>>();
  #depth = 0;
  /** What the lists take that were made of this input. */
  readonly held: Held;

  constructor(readonly host: Host) {
    this.held = new Held(host.sys);
  }

  *run(filter: Filter, env: Env, input: Json, path: Path, emit: Emit): Blocking<void> {
    switch (filter.kind) {
      case 'identity':
        return yield* emit(input, path);
      case 'recurse':
        return yield* this.#recurse(input, path, emit);
      case 'literal':
        return yield* emit(filter.value, null);
      case 'location':
        return yield* emit(
          new Map<string, Json>([
            ['file', '<top-level>'],
            ['line', filter.line],
          ]),
          null,
        );
      case 'string':
        return yield* this.#string(filter.parts, 0, '', filter.format, env, input, emit);
      case 'format':
        return yield* emit(formatText(filter.name, input), null);
      case 'index':
        return yield* this.run(filter.target, env, input, path, (target, at) =>
          this.run(filter.key, env, input, null, (key) => emit(index(target, key), at === null ? null : [...at, key])),
        );
      case 'slice':
        return yield* this.#slice(filter, env, input, path, emit);
      case 'iterate': {
        const { host } = this;
        return yield* this.run(filter.target, env, input, path, function* (value, at) {
          if (path !== null && at === null) throw nearAccess('iterate through', value);
          if (value instanceof Map)
            for (const [key, item] of [...value]) yield* emit(item, at === null ? null : [...at, key]);
          else
            for (const [place, item] of iterate(value).entries())
              yield* emit(item, at === null ? null : [...at, place]);
          yield* host.sys.checkpoint();
        });
      }
      case 'pipe':
        return yield* this.run(filter.left, env, input, path, (value, at) =>
          this.run(filter.right, env, value, at, emit),
        );
      case 'comma':
        yield* this.run(filter.left, env, input, path, emit);
        return yield* this.run(filter.right, env, input, path, emit);
      case 'and':
      case 'or': {
        const evaluator = this;
        return yield* this.run(filter.left, env, input, null, function* (left) {
          if (isTrue(left) === (filter.kind === 'or')) yield* emit(filter.kind === 'or', null);
          else yield* evaluator.run(filter.right, env, input, null, (right) => emit(isTrue(right), null));
        });
      }
      case 'alternative':
        return yield* this.#alternative(filter.left, filter.right, env, input, path, emit);
      case 'binary':
        // The right side is the outer loop, as in jq.
        return yield* this.run(filter.right, env, input, null, (right) =>
          this.run(filter.left, env, input, null, (left) => emit(binary(filter.operator, left, right), null)),
        );
      case 'negate':
        return yield* this.run(filter.operand, env, input, null, (value) => {
          if (typeof value !== 'number') throw new JqError(`${toJsonText(value, compact)} cannot be negated`);
          return emit(-value, null);
        });
      case 'update':
        return yield* this.#update(filter, env, input, emit);
      case 'array': {
        const items: Json[] = [];
        if (filter.body !== null) {
          yield* this.each(filter.body, env, input, (value) => {
            this.held.add(bytesAnItem);
            items.push(value);
          });
        }
        return yield* emit(items, null);
      }
      case 'object':
        return yield* this.#object(filter.entries, 0, new Map(), env, input, emit);
      case 'if':
        return yield* this.run(filter.test, env, input, null, (test) =>
          this.run(isTrue(test) ? filter.yes : filter.no, env, input, path, emit),
        );
      case 'try':
        return yield* this.#try(filter.body, filter.handler, env, input, path, emit);
      case 'reduce':
        return yield* reduce(this, filter, env, input, emit);
      case 'foreach':
        return yield* foreach(this, filter, env, input, emit);
      case 'as':
        return yield* bindAs(this, filter, env, input, path, emit);
      case 'def':
        return yield* this.run(filter.body, env.withDefinition(filter.definition), input, path, emit);
      case 'variable':
        return yield* emit(this.#variable(filter.name, env), null);
      case 'label':
        return yield* this.#label(filter.name, filter.body, env, input, path, emit);
      case 'break': {
        const label = this.#findLabel(filter.name, env);
        if (label === null) throw new JqCompileError(`$*label-${filter.name} is not defined`);
        throw new Break(label);
      }
      case 'call':
        return yield* this.call(filter.name, filter.args, env, input, path, emit);
    }
  }

  *each(filter: Filter, env: Env, input: Json, take: (value: Json) => unknown): Blocking<void> {
    yield* this.run(filter, env, input, null, function* (value) {
      yield* nothing;
      take(value);
    });
  }

  *#recurse(input: Json, path: Path, emit: Emit): Blocking<void> {
    yield* emit(input, path);
    yield* this.host.sys.checkpoint();
    if (input instanceof Map)
      for (const [key, value] of [...input]) yield* this.#recurse(value, path === null ? null : [...path, key], emit);
    else if (Array.isArray(input))
      for (const [at, value] of input.entries())
        yield* this.#recurse(value, path === null ? null : [...path, at], emit);
  }

  *#string(
    parts: ReadonlyArray<string | Filter>,
    at: number,
    text: string,
    format: string | null,
    env: Env,
    input: Json,
    emit: Emit,
  ): Blocking<void> {
    const part = parts[at];
    if (part === undefined) return yield* emit(text, null);
    if (typeof part === 'string') return yield* this.#string(parts, at + 1, text + part, format, env, input, emit);
    yield* this.run(part, env, input, null, (value) => {
      const shown =
        format === null || format === '@text'
          ? typeof value === 'string'
            ? value
            : toJsonText(value, compact)
          : formatText(format, value);
      return this.#string(parts, at + 1, text + shown, format, env, input, emit);
    });
  }

  *#slice(filter: Extract<Filter, { kind: 'slice' }>, env: Env, input: Json, path: Path, emit: Emit): Blocking<void> {
    const none: Filter = { kind: 'literal', value: null };
    yield* this.run(filter.target, env, input, path, (target, at) =>
      this.run(filter.to ?? none, env, input, null, (to) =>
        this.run(filter.from ?? none, env, input, null, (from) => {
          const key = new Map<string, Json>([
            ['start', from],
            ['end', to],
          ]);
          return emit(slice(target, from, to), at === null ? null : [...at, key]);
        }),
      ),
    );
  }

  *#alternative(left: Filter, right: Filter, env: Env, input: Json, path: Path, emit: Emit): Blocking<void> {
    let found = false;
    const owner = {};
    try {
      yield* this.run(left, env, input, path, function* (value, at) {
        if (!isTrue(value)) return;
        found = true;
        yield* guardedEmit(owner, emit, value, at);
      });
    } catch (error) {
      if (error instanceof Downstream && error.owner === owner) throw error.error;
      // Errors on the left count as nothing.
      if (!(error instanceof JqError)) throw error;
    }
    if (!found) yield* this.run(right, env, input, path, emit);
  }

  *#try(body: Filter, handler: Filter | null, env: Env, input: Json, path: Path, emit: Emit): Blocking<void> {
    const owner = {};
    let caught: JqError;
    try {
      return yield* this.run(body, env, input, path, (value, at) => guardedEmit(owner, emit, value, at));
    } catch (error) {
      if (error instanceof Downstream && error.owner === owner) throw error.error;
      if (!(error instanceof JqError)) throw error;
      caught = error;
    }
    if (caught.value === null) return;
    if (handler !== null) yield* this.run(handler, env, caught.value, null, emit);
  }

  *#label(name: string, body: Filter, env: Env, input: Json, path: Path, emit: Emit): Blocking<void> {
    const label = {};
    const inner = new Env(env, `*label*${name}`, null);
    this.#labels.set(inner, new Map([[name, label]]));
    try {
      yield* this.run(body, inner, input, path, emit);
    } catch (error) {
      if (!(error instanceof Break) || error.label !== label) throw error;
    }
  }

  #findLabel(name: string, env: Env): object | null {
    for (let at: Env | null = env; at !== null; at = at.parent) {
      const label = this.#labels.get(at)?.get(name);
      if (label) return label;
    }
    return null;
  }

  #variable(name: string, env: Env): Json {
    if (name === 'ENV') return environment(this.host.env);
    const value = env.variable(name);
    if (value === undefined) throw new JqCompileError(`$${name} is not defined`);
    return value;
  }

  *#object(
    entries: ReadonlyArray<{ key: Filter; value: Filter }>,
    at: number,
    built: Map<string, Json>,
    env: Env,
    input: Json,
    emit: Emit,
  ): Blocking<void> {
    const entry = entries[at];
    if (entry === undefined) return yield* emit(built, null);
    yield* this.run(entry.key, env, input, null, (key) => {
      if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
      return this.run(entry.value, env, input, null, (value) =>
        this.#object(entries, at + 1, new Map([...built, [key, value]]), env, input, emit),
      );
    });
  }

  /** All paths a filter leads to. */
  *pathsOf(filter: Filter, env: Env, input: Json): Blocking<Json[][]> {
    const paths: Json[][] = [];
    yield* this.run(filter, env, input, [], function* (value, path) {
      yield* nothing;
      if (path === null) throw new JqError(`Invalid path expression with result ${shortened(value)}`);
      paths.push([...path]);
    });
    return paths;
  }

  *#update(
    { operator, left, right }: Extract<Filter, { kind: 'update' }>,
    env: Env,
    input: Json,
    emit: Emit,
  ): Blocking<void> {
    const evaluator = this;
    if (operator === '|=') {
      let result = input;
      const removed: Json[][] = [];
      for (const path of yield* this.pathsOf(left, env, input)) {
        const before = getPath(result, path);
        const first = yield* this.#first(right, env, before);
        if (first === undefined) removed.push(path);
        else result = setPath(result, path, first);
      }
      return yield* emit(deletePaths(result, removed), null);
    }
    yield* this.run(right, env, input, null, function* (value) {
      let result = input;
      for (const path of yield* evaluator.pathsOf(left, env, input)) {
        const before = getPath(result, path);
        if (operator === '=') result = setPath(result, path, value);
        else if (operator === '//=') result = isTrue(before) ? result : setPath(result, path, value);
        else result = setPath(result, path, binary(operator.slice(0, -1), before, value));
      }
      yield* emit(result, null);
    });
  }

  *#first(filter: Filter, env: Env, input: Json): Blocking<Json | undefined> {
    const label = {};
    let found: Json | undefined;
    try {
      yield* this.run(filter, env, input, null, function* (value) {
        yield* nothing;
        found = value;
        throw new Break(label);
      });
    } catch (error) {
      if (!(error instanceof Break) || error.label !== label) throw error;
    }
    return found;
  }

  /** Up to `count` results of a filter, but at least one. */
  *limit(count: number, filter: Filter, env: Env, input: Json, path: Path, emit: Emit): Blocking<void> {
    const label = {};
    let left = count;
    try {
      yield* this.run(filter, env, input, path, function* (value, at) {
        left--;
        yield* emit(value, at);
        if (left <= 0) throw new Break(label);
      });
    } catch (error) {
      if (!(error instanceof Break) || error.label !== label) throw error;
    }
  }

  *call(name: string, args: readonly Filter[], env: Env, input: Json, path: Path, emit: Emit): Blocking<void> {
    yield* this.host.sys.checkpoint();
    const key = `${name}/${args.length}`;
    const closure = env.closure(key);
    if (closure === null) {
      const native = nativeFunction(key);
      if (native === null) throw new JqCompileError(`${key} is not defined`);
      return yield* native({ evaluator: this, args, env, input, path, emit });
    }
    if (++this.#depth > 3000) throw new JqError('the filter calls itself too deeply');
    try {
      if ('filter' in closure) return yield* this.run(closure.filter, closure.env, input, path, emit);
      yield* this.#enter(closure.definition, closure.env, args, 0, env, closure.env, input, path, emit);
    } finally {
      this.#depth--;
    }
  }

  *#enter(
    definition: Definition,
    inner: Env,
    args: readonly Filter[],
    at: number,
    outer: Env,
    home: Env,
    input: Json,
    path: Path,
    emit: Emit,
  ): Blocking<void> {
    const parameter = definition.parameters[at];
    const arg = args[at];
    if (parameter === undefined || arg === undefined) return yield* this.run(definition.body, inner, input, path, emit);
    if (!parameter.startsWith('$')) {
      return yield* this.#enter(
        definition,
        inner.withClosure(`${parameter}/0`, { filter: arg, env: outer }),
        args,
        at + 1,
        outer,
        home,
        input,
        path,
        emit,
      );
    }
    const name = parameter.slice(1);
    yield* this.run(arg, outer, input, null, (value) => {
      const bound = inner.withVariable(name, value).withClosure(`${name}/0`, { filter: arg, env: outer });
      return this.#enter(definition, bound, args, at + 1, outer, home, input, path, emit);
    });
  }
}

const nothing: readonly never[] = [];

function nearAccess(what: string, value: Json): JqError {
  return new JqError(`Invalid path expression near attempt to ${what} ${shortened(value)}`);
}

function shortened(value: Json): string {
  const text = toJsonText(value, compact);
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
}
