/** `reduce`, `foreach`, `as`: values get names, be it by taking them apart (jq(1), "Destructuring"). */
import type { Blocking } from '../../../kernel/sim';
import type { Filter, Pattern } from './ast';
import type { Emit, Env, Path } from './env';
import type { Evaluator } from './evaluate';
import type { Json } from './json';
import { index } from './operators';

export function* reduce(
  evaluator: Evaluator,
  filter: Extract<Filter, { kind: 'reduce' }>,
  env: Env,
  input: Json,
  emit: Emit,
): Blocking<void> {
  function* step(inner: Env, state: Json): Blocking<Json> {
    let last: Json = null;
    yield* evaluator.each(filter.update, inner, state, (result) => {
      last = result;
    });
    return last;
  }
  yield* fold(evaluator, filter, env, input, step, (state) => emit(state, null));
}

export function* foreach(
  evaluator: Evaluator,
  filter: Extract<Filter, { kind: 'foreach' }>,
  env: Env,
  input: Json,
  emit: Emit,
): Blocking<void> {
  function* step(inner: Env, before: Json): Blocking<Json> {
    let state = before;
    yield* evaluator.run(filter.update, inner, before, null, function* (next) {
      state = next;
      if (filter.extract === null) yield* emit(next, null);
      else yield* evaluator.run(filter.extract, inner, next, null, emit);
    });
    return state;
  }
  yield* fold(evaluator, filter, env, input, step, function* () {});
}

/** Goes through the values of the source with a state, once for each first state. */
function* fold(
  evaluator: Evaluator,
  filter: Extract<Filter, { kind: 'reduce' | 'foreach' }>,
  env: Env,
  input: Json,
  step: (inner: Env, state: Json) => Blocking<Json>,
  end: (state: Json) => Blocking<void>,
): Blocking<void> {
  yield* evaluator.run(filter.init, env, input, null, function* (init) {
    let state: Json = init;
    yield* evaluator.run(filter.source, env, input, null, (value) =>
      bind(evaluator, filter.pattern, value, env, function* (inner) {
        state = yield* step(inner, state);
        yield* evaluator.host.sys.checkpoint();
      }),
    );
    yield* end(state);
  });
}

export function* bindAs(
  evaluator: Evaluator,
  filter: Extract<Filter, { kind: 'as' }>,
  env: Env,
  input: Json,
  path: Path,
  emit: Emit,
): Blocking<void> {
  const [pattern] = filter.patterns;
  if (pattern === undefined) return;
  yield* evaluator.run(filter.source, env, input, null, (value) =>
    bind(evaluator, pattern, value, env, (inner) => evaluator.run(filter.body, inner, input, path, emit)),
  );
}

/** Takes a value apart; keys may give more than one way. */
export function* bind(
  evaluator: Evaluator,
  pattern: Pattern,
  value: Json,
  env: Env,
  then: (env: Env) => Blocking<void>,
): Blocking<void> {
  if (pattern.kind === 'variable') return yield* then(env.withVariable(pattern.name, value));
  if (pattern.kind === 'array') return yield* bindItems(evaluator, pattern.items, 0, value, env, then);
  yield* bindEntries(evaluator, pattern.entries, 0, value, env, then);
}

function* bindItems(
  evaluator: Evaluator,
  items: readonly Pattern[],
  at: number,
  value: Json,
  env: Env,
  then: (env: Env) => Blocking<void>,
): Blocking<void> {
  const item = items[at];
  if (item === undefined) return yield* then(env);
  yield* bind(evaluator, item, index(value, at), env, (inner) =>
    bindItems(evaluator, items, at + 1, value, inner, then),
  );
}

function* bindEntries(
  evaluator: Evaluator,
  entries: Extract<Pattern, { kind: 'object' }>['entries'],
  at: number,
  value: Json,
  env: Env,
  then: (env: Env) => Blocking<void>,
): Blocking<void> {
  const entry = entries[at];
  if (entry === undefined) return yield* then(env);
  yield* evaluator.run(entry.key, env, value, null, (key) => {
    const found = index(value, key);
    const named = entry.variable === null ? env : env.withVariable(entry.variable, found);
    const rest = (inner: Env) => bindEntries(evaluator, entries, at + 1, value, inner, then);
    return entry.value === null ? rest(named) : bind(evaluator, entry.value, found, named, rest);
  });
}
