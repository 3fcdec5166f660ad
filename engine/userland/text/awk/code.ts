/**
 * Compiled expressions: closures. Most can be evaluated at once; those that read, run commands or call the user's
 * functions may wait. The helpers here put them together so that only what must wait does.
 */
import type { Blocking } from '../../../kernel/sim';
import type { Value } from './values';

export type Code = { now: () => Value; later: null } | { now: null; later: () => Blocking<Value> };

export function constant(value: Value): Code {
  return { now: () => value, later: null };
}

export function now(evaluate: () => Value): Code {
  return { now: evaluate, later: null };
}

export function later(evaluate: () => Blocking<Value>): Code {
  return { now: null, later: evaluate };
}

export function* evaluate(code: Code): Blocking<Value> {
  return code.now ? code.now() : yield* code.later();
}

export function map(code: Code, work: (value: Value) => Value): Code {
  const { now: get } = code;
  if (get) return now(() => work(get()));
  return later(function* () {
    return work(yield* evaluate(code));
  });
}

export function map2(left: Code, right: Code, work: (left: Value, right: Value) => Value): Code {
  const [getLeft, getRight] = [left.now, right.now];
  if (getLeft && getRight) return now(() => work(getLeft(), getRight()));
  return later(function* () {
    const first = yield* evaluate(left);
    return work(first, yield* evaluate(right));
  });
}

export function mapAll(codes: readonly Code[], work: (values: Value[]) => Value): Code {
  const getters = codes.flatMap((code) => code.now ?? []);
  if (getters.length === codes.length) return now(() => work(getters.map((get) => get())));
  return later(function* () {
    const values: Value[] = [];
    for (const code of codes) values.push(yield* evaluate(code));
    return work(values);
  });
}

/** `then` only when `test` says so, else `otherwise`. */
export function choose(test: Code, decide: (value: Value) => boolean, yes: Code, no: Code): Code {
  const [getTest, getYes, getNo] = [test.now, yes.now, no.now];
  if (getTest && getYes && getNo) return now(() => (decide(getTest()) ? getYes() : getNo()));
  return later(function* () {
    return yield* evaluate(decide(yield* evaluate(test)) ? yes : no);
  });
}
