/** Functions of jq about the run itself: input, errors, limits, the environment. */

import type { Blocking } from '../../../kernel/sim';
import { environment } from './environment';
import type { Json } from './json';
import { compact, toJsonText } from './json-text';
import { type Call, cartesian, Halt, type Native, nothing } from './native';
import { JqError } from './operators';

export const controlFunctions: Readonly<Record<string, Native>> = {
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
  'modulemeta/0': () => {
    throw new JqError('modules are not there in this simulator');
  },
};

function haltText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : `${toJsonText(value, compact)}\n`;
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
