/** Reads and assigns variables by name and subscript, as expansions, arithmetic and builtins do. */
import {
  ArithmeticError,
  type ArithmeticNames,
  arithmeticMessage,
  evaluate,
  UnboundName,
} from '../arithmetic/evaluate';
import { ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { IndexedArray, type Variable } from '../state/variable';
import { convertCase, VariableError } from '../state/variables';

/** Null when it is no name with an optional subscript. */
export function splitReference(text: string): { name: string; subscript: string | null } | null {
  const match = /^([A-Za-z_]\w*)(?:\[(.*)\])?$/s.exec(text);
  return match ? { name: match[1] ?? '', subscript: match[2] ?? null } : null;
}

export function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

/** Throws `ShellError` with the message as bash prints it. `label`: `let: `, `((: `. */
export function calculate(shell: Shell, expression: string, label = ''): bigint {
  try {
    return evaluate(expression, arithmeticNames(shell));
  } catch (error) {
    if (error instanceof ArithmeticError && shell.flavour === 'dash')
      throw new ShellError(dashArithmetic(expression, error), 2);
    if (error instanceof ArithmeticError) throw new ShellError(label + arithmeticMessage(expression, error));
    if (error instanceof UnboundName) throw new ShellError(error.message, 1);
    if (error instanceof VariableError) throw new ShellError(error.message, 1);
    throw error;
  }
}

function dashArithmetic(expression: string, error: ArithmeticError): string {
  let what = 'expecting EOF';
  if (error.message.startsWith('division')) what = 'division by zero';
  else if (error.message.includes('operand expected')) what = 'expecting primary';
  else if (error.message.includes("`)'")) what = "expecting ')'";
  return `arithmetic expression: ${what}: "${expression}"`;
}

export function arithmeticNames(shell: Shell): ArithmeticNames {
  return {
    get: (name, subscript) => (subscript === null ? shell.vars.get(name) : elementByText(shell, name, subscript)),
    set: (name, subscript, value) => assignByText(shell, name, subscript, value),
    failsOnUnset: shell.options.has('nounset'),
  };
}

/** Key or index of a subscript whose text is already expanded. */
export function elementByText(shell: Shell, name: string, subscript: string): string | undefined {
  const variable = shell.vars.lookup(name);
  if (variable === undefined) return undefined;
  const { value } = variable;
  if (value instanceof Map) return value.get(withoutQuotes(subscript));
  const index = indexOf(shell, name, variable, subscript);
  if (value instanceof IndexedArray) return value.get(index);
  return index === 0 ? variable.text : undefined;
}

/** The number of an element; negative ones count from the end. */
export function indexOf(shell: Shell, name: string, variable: Variable | undefined, subscript: string): number {
  const index = Number(calculate(shell, subscript));
  if (index >= 0) return index;
  const highest = variable?.value instanceof IndexedArray ? variable.value.highest : variable?.value === null ? -1 : 0;
  const counted = highest + 1 + index;
  if (counted < 0) throw new ShellError(`${name}: bad array subscript`);
  return counted;
}

export interface AssignOptions {
  append?: boolean;
}

export function assignByText(
  shell: Shell,
  name: string,
  subscript: string | null,
  text: string,
  options: AssignOptions = {},
): void {
  const resolved = splitReference(shell.vars.resolveName(name));
  const realName = resolved?.name ?? name;
  const variable = shell.vars.target(realName);
  assignTo(shell, variable, subscript ?? resolved?.subscript ?? null, text, options);
}

/** Assigns to a variable that was found already: integers are evaluated, case is converted. */
export function assignTo(
  shell: Shell,
  variable: Variable,
  subscript: string | null,
  text: string,
  { append = false }: AssignOptions = {},
): void {
  shell.vars.checkWritable(variable);
  variable.isBlank = false;
  if (shell.options.has('allexport')) variable.attributes.add('export');
  if (subscript === null) {
    shell.vars.assign(variable, appended(shell, variable, append ? variable.text : undefined, text));
    return;
  }
  const { value } = variable;
  if (value instanceof Map) {
    const key = withoutQuotes(subscript);
    if (key === '') throw new ShellError(`${variable.name}[${subscript}]: bad array subscript`);
    value.set(key, convertCase(variable, appended(shell, variable, append ? value.get(key) : undefined, text)));
    return;
  }
  const index = indexOf(shell, subscriptName(variable, subscript), variable, subscript);
  const array = asIndexed(variable);
  array.set(index, convertCase(variable, appended(shell, variable, append ? array.get(index) : undefined, text)));
}

function subscriptName(variable: Variable, subscript: string): string {
  return `${variable.name}[${subscript}]`;
}

/** Makes an array of it if it is none. */
export function asIndexed(variable: Variable): IndexedArray {
  const { value } = variable;
  if (value instanceof IndexedArray) return value;
  const array = IndexedArray.of(typeof value === 'string' ? [value] : []);
  variable.value = array;
  return array;
}

function appended(shell: Shell, variable: Variable, before: string | undefined, text: string): string {
  if (variable.has('integer')) {
    const added = calculate(shell, text);
    const base = before === undefined ? 0n : calculate(shell, before);
    return BigInt.asIntN(64, base + added).toString();
  }
  return before === undefined ? text : before + text;
}

function withoutQuotes(subscript: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(subscript);
  return quoted ? (quoted[2] ?? '') : subscript;
}

/** Removes an element; the whole variable without a subscript. */
export function unsetReference(shell: Shell, name: string, subscript: string | null): void {
  if (subscript === null) return shell.vars.unset(name);
  const variable = shell.vars.lookup(name);
  if (variable === undefined) return;
  if (variable.has('readonly')) throw new VariableError(`${name}: cannot unset: readonly variable`);
  const { value } = variable;
  if (subscript === '@' || subscript === '*') {
    if (value instanceof Map && value.has(subscript)) value.delete(subscript);
    else if (value instanceof Map) value.clear();
    else variable.value = new IndexedArray();
  } else if (value instanceof Map) value.delete(withoutQuotes(subscript));
  else if (value instanceof IndexedArray) value.delete(indexOf(shell, `[${subscript}]`, variable, subscript));
  else if (indexOf(shell, name, variable, subscript) === 0) shell.vars.unset(name);
}
