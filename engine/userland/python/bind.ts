/** Arguments of a call become the parameters of a function (The Python Language Reference, 6.3.4). */
import type { Parameter } from './ast';
import { raise } from './errors';
import type { Scope } from './scope';
import { type Named, type Py, PyDict, PyTuple } from './values';

export function bind(
  name: string,
  parameters: readonly Parameter[],
  initial: Named,
  args: readonly Py[],
  named: Named,
  scope: Scope,
): void {
  const rest = [...args];
  const left = new Map(named);
  const missing: string[] = [];
  let hasRest = false;
  for (const { name: parameter, kind } of parameters) {
    if (kind === 'rest') {
      scope.set(parameter, new PyTuple(rest.splice(0)));
      hasRest = true;
    } else if (kind === 'mapping') {
      const dict = new PyDict();
      for (const [key, value] of left) dict.set(key, value);
      left.clear();
      scope.set(parameter, dict);
    } else {
      const positional = hasRest ? undefined : rest.shift();
      const value =
        positional ??
        (positional === null ? null : (left.get(parameter) ?? (left.has(parameter) ? null : initial.get(parameter))));
      if (positional !== undefined && left.has(parameter))
        throw raise('TypeError', `${name}() got multiple values for argument '${parameter}'`);
      left.delete(parameter);
      if (value === undefined && !initial.has(parameter)) missing.push(`'${parameter}'`);
      else scope.set(parameter, value ?? null);
    }
  }
  if (missing.length > 0) {
    const list =
      missing.length > 1 ? `${missing.slice(0, -1).join(', ')} and ${missing.at(-1) ?? ''}` : missing.join('');
    throw raise(
      'TypeError',
      `${name}() missing ${missing.length} required positional argument${missing.length > 1 ? 's' : ''}: ${list}`,
    );
  }
  const [unknown] = left.keys();
  if (unknown !== undefined) throw raise('TypeError', `${name}() got an unexpected keyword argument '${unknown}'`);
  if (rest.length > 0) {
    const count = parameters.length;
    throw raise(
      'TypeError',
      `${name}() takes ${count} positional argument${count === 1 ? '' : 's'} but ${args.length} ${args.length === 1 ? 'was' : 'were'} given`,
    );
  }
}
