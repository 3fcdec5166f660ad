/** unset: removes variables, elements and functions (bash(1)). */
import { splitReference, unsetReference } from '../expand/access';
import { ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { VariableError } from '../state/variables';
import { type Builtin, complain, parseOptions } from './support';

export const unset: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'fvn');
  if (given === null) return 2;
  if (given.has('f') && given.has('v')) {
    complain(shell, call, 'cannot simultaneously unset a function and a variable');
    return 1;
  }
  let status = 0;
  for (const text of given.operands) {
    try {
      if (!unsetOne(shell, text, given.has('f'), given.has('v') || given.has('n'), given.has('n'))) {
        complain(
          shell,
          call,
          shell.flavour === 'dash' ? `${text}: bad variable name` : `\`${text}': not a valid identifier`,
        );
        status = 1;
      }
    } catch (error) {
      if (!(error instanceof VariableError) && !(error instanceof ShellError)) throw error;
      complain(shell, call, error.message);
      status = 1;
    }
  }
  return status;
};

function unsetOne(
  shell: Shell,
  text: string,
  onlyFunction: boolean,
  onlyVariable: boolean,
  keepReference: boolean,
): boolean {
  if (onlyFunction) {
    removeFunction(shell, text);
    return true;
  }
  const reference = splitReference(text);
  if (reference === null) {
    // What no variable can be called is the name of a function, which need not be there.
    if (onlyVariable || (shell.flavour === 'dash' && !shell.functions.has(text))) return false;
    removeFunction(shell, text);
    return true;
  }
  const real = keepReference ? text : shell.vars.resolveName(reference.name);
  const target = splitReference(real) ?? reference;
  if (
    shell.vars.find(target.name) === undefined &&
    !onlyVariable &&
    reference.subscript === null &&
    shell.functions.has(text)
  ) {
    removeFunction(shell, text);
    return true;
  }
  unsetReference(shell, target.name, reference.subscript ?? (keepReference ? null : target.subscript));
  return true;
}

function removeFunction(shell: Shell, name: string): void {
  if (shell.functions.get(name)?.readonly) throw new VariableError(`${name}: cannot unset: readonly function`);
  shell.functions.delete(name);
}
