/**
 * Lets functions of a script call each other as deep as they like: a generator that waits in `yield*` needs the stack of the
 * page for every level whenever it goes on. A call made through `nested` is driven from below instead, one level at a time.
 */
import type { Blocking, Suspend } from '../../../kernel/sim';

/** Asks whoever drives the program to run this first. */
class NestedCall implements Suspend {
  readonly queues = [];
  caller: Blocking<unknown> | null = null;

  constructor(readonly work: Blocking<void>) {}
}

/** What `work` answers or throws, as if it were called by `yield*`. */
export function* nested<T>(work: () => Blocking<T>): Blocking<T> {
  const outcome: { value?: { of: T }; failure?: { error: unknown } } = {};
  const guarded = function* (): Blocking<void> {
    try {
      outcome.value = { of: yield* work() };
    } catch (error) {
      outcome.failure = { error };
    }
  };
  yield new NestedCall(guarded());
  if (outcome.failure) throw outcome.failure.error;
  if (!outcome.value) throw new Error('a nested call was not driven to its end');
  return outcome.value.of;
}

/** Runs a program whose calls may be nested. */
export function* drive(program: Blocking<number>): Blocking<number> {
  const calls: NestedCall[] = [];
  let current: Blocking<unknown> = program;
  for (;;) {
    if (calls.length === 0) {
      const step = program.next();
      if (step.done) return step.value;
      if (step.value instanceof NestedCall) current = enter(step.value, program, calls);
      else yield step.value;
      continue;
    }
    const step = current.next();
    if (step.done) current = calls.pop()?.caller ?? program;
    else if (step.value instanceof NestedCall) current = enter(step.value, current, calls);
    else yield step.value;
  }
}

function enter(call: NestedCall, caller: Blocking<unknown>, calls: NestedCall[]): Blocking<unknown> {
  call.caller = caller;
  calls.push(call);
  return call.work;
}
