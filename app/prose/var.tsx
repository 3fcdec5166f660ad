'use client';

/** A name or value of the learner's own: the anonymous one until the lab says which. */
import { useVars } from '../lab/context';

export function Var({ name }: { name: string }) {
  const vars = useVars();
  return vars[name] ?? `{{${name}}}`;
}
