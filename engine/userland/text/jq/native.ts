/** What a function of jq that is not written in jq is, and how most are made. */

import type { Blocking } from '../../../kernel/sim';
import type { Filter } from './ast';
import type { Emit, Env, Path } from './env';
import type { Evaluator } from './evaluate';
import type { Json } from './json';
import { described, JqError } from './operators';

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
export const plain =
  (work: (input: Json) => Json): Native =>
  ({ input, emit }) =>
    emit(work(input), null);

/** A function of the input and the values of its arguments. */
export const withArgs =
  (work: (input: Json, args: Json[]) => Json): Native =>
  (call) =>
    cartesian(call, 0, [], (args) => call.emit(work(call.input, args), null));

export function cartesian(
  call: Call,
  at: number,
  values: Json[],
  then: (values: Json[]) => Blocking<void>,
): Blocking<void> {
  const arg = call.args[call.args.length - 1 - at];
  if (arg === undefined) return then(values);
  return call.evaluator.run(arg, call.env, call.input, null, (value) =>
    cartesian(call, at + 1, [value, ...values], then),
  );
}

export function text(value: Json, what: string): string {
  if (typeof value !== 'string') throw new JqError(what);
  return value;
}

export function array(value: Json, what: string): Json[] {
  if (!Array.isArray(value)) throw new JqError(`${described(value)} cannot be ${what}, as it is not an array`);
  return value;
}

export const nothing: readonly never[] = [];
