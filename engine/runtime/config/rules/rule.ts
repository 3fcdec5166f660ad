/** How a rule about several fields becomes part of a schema. */
import type { z } from 'zod';

/** What is wrong, and where, from the object the rule is about. */
export interface Finding {
  path: readonly (string | number)[];
  problem: string;
}

export type Rule<T> = (value: T) => readonly Finding[];

/** For `superRefine`: each finding of each rule becomes a problem of its own. */
export function obey<T>(...rules: readonly Rule<T>[]) {
  return (value: T, context: z.core.$RefinementCtx<T>): void => {
    for (const { path, problem } of rules.flatMap((rule) => rule(value)))
      context.addIssue({ code: 'custom', path: [...path], message: problem });
  };
}

/** A finding for each value that was there before: `what` names it. */
export function twice<T>(values: readonly T[], keyOf: (value: T) => string, field: string, list: string): Finding[] {
  const first = new Map<string, number>();
  return values.flatMap((value, index) => {
    const key = keyOf(value);
    const before = first.get(key);
    first.set(key, before ?? index);
    return before === undefined
      ? []
      : [{ path: [list, index, field], problem: `${JSON.stringify(key)} is there twice: ${list}[${before}] has it` }];
  });
}
