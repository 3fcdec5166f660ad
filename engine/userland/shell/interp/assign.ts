/** Assignments: of the shell itself, of the environment of one command, and compound ones of arrays. */

import type { Blocking } from '../../../kernel/sim';
import { linesATurn } from '../../lib/io';
import { roomForItems } from '../../lib/room';
import { assignTo, calculate, splitReference } from '../expand/access';
import { expandText, expandWords } from '../expand/expand';
import { traceQuote } from '../expand/quote';
import { ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { IndexedArray, Variable } from '../state/variable';
import { convertCase } from '../state/variables';
import { weigh } from '../state/weight';
import type { ArrayElementPlan, AssignmentPlan } from './plan';

/** What is as long as this, or has as many elements, is weighed at once. */
const heavy = 1 << 20;
const many = 10_000;
const elementsATurn = 512;

/** Performs assignments for good; answers them as `set -x` prints them. */
export function* assignAll(shell: Shell, plans: readonly AssignmentPlan[]): Blocking<void> {
  for (const plan of plans) yield* assignOne(shell, plan);
}

function* assignOne(shell: Shell, plan: AssignmentPlan): Blocking<void> {
  const resolved = splitReference(shell.vars.resolveName(plan.name));
  const name = resolved?.name ?? plan.name;
  const traces = shell.options.has('xtrace');
  if ('parts' in plan.value) {
    const text = yield* expandText(shell, plan.value);
    const subscript = plan.index === null ? (resolved?.subscript ?? null) : yield* expandText(shell, plan.index);
    if (traces) shell.hooks.trace(shell, `${leftSide(plan)}${text === '' ? '' : traceQuote(text)}`);
    assignTo(shell, shell.vars.target(name), subscript, text, { append: plan.append });
    if (text.length >= heavy) weigh(shell);
    return;
  }
  if (plan.index !== null) throw new ShellError(`${plan.name}[${plan.index.text}]: cannot assign list to array member`);
  if (traces) shell.hooks.trace(shell, plan.text);
  yield* assignArray(shell, shell.vars.target(name), plan.value, plan.append);
}

function leftSide(plan: AssignmentPlan): string {
  return `${plan.name}${plan.index === null ? '' : `[${plan.index.text}]`}${plan.append ? '+=' : '='}`;
}

/** `name=(...)`: to a variable that was found or made. */
export function* assignArray(
  shell: Shell,
  variable: Variable,
  elements: readonly ArrayElementPlan[],
  append: boolean,
): Blocking<void> {
  shell.vars.checkWritable(variable);
  variable.isBlank = false;
  if (shell.options.has('allexport')) variable.attributes.add('export');
  if (variable.value instanceof Map) return yield* assignMap(shell, variable, elements, append);
  const old = variable.value;
  const base = typeof old === 'string' ? IndexedArray.of([old]) : (old ?? new IndexedArray());
  const array = append ? base : new IndexedArray();
  let next = array.highest + 1;
  for (const element of elements) {
    if (element.index === null) {
      const values = yield* expandWords(shell, element.words);
      roomForItems(array.size + values.length);
      for (const value of values) {
        array.set(next++, convert(shell, variable, value));
        if (next % elementsATurn === 0) yield* shell.sys.checkpoint(elementsATurn / linesATurn);
      }
      continue;
    }
    const index = Number(calculate(shell, yield* expandText(shell, element.index)));
    const at = index < 0 ? array.highest + 1 + index : index;
    if (at < 0) throw new ShellError(`[${element.index.text}]: bad array subscript`);
    const [word] = element.words;
    const value = word === undefined ? '' : yield* expandText(shell, word);
    const before = element.append ? (array.get(at) ?? '') : '';
    array.set(
      at,
      element.append && variable.has('integer') ? sum(shell, before, value) : convert(shell, variable, before + value),
    );
    next = at + 1;
  }
  variable.value = array;
  if (array.size >= many) weigh(shell);
  if (shell.vars.watched.has(variable.name)) shell.vars.onChange(variable.name);
}

function* assignMap(
  shell: Shell,
  variable: Variable,
  elements: readonly ArrayElementPlan[],
  append: boolean,
): Blocking<void> {
  const map = append && variable.value instanceof Map ? variable.value : new Map<string, string>();
  const isPairs = elements[0]?.index === null;
  if (isPairs) {
    const words: string[] = [];
    for (const element of elements) for (const word of yield* expandWords(shell, element.words)) words.push(word);
    for (let at = 0; at < words.length; at += 2)
      map.set(words[at] ?? '', convert(shell, variable, words[at + 1] ?? ''));
  } else {
    for (const element of elements) {
      const [word] = element.words;
      if (element.index === null) {
        const shown = word?.text ?? '';
        throw new ShellError(`${variable.name}: ${shown}: must use subscript when assigning associative array`);
      }
      const key = yield* expandText(shell, element.index);
      if (key === '') throw new ShellError(`[${element.index.text}]=${word?.text ?? ''}: bad array subscript`);
      const value = word === undefined ? '' : yield* expandText(shell, word);
      map.set(key, convert(shell, variable, (element.append ? (map.get(key) ?? '') : '') + value));
    }
  }
  variable.value = map;
}

function sum(shell: Shell, left: string, right: string): string {
  return BigInt.asIntN(64, calculate(shell, left) + calculate(shell, right)).toString();
}

function convert(shell: Shell, variable: Variable, value: string): string {
  if (variable.has('integer')) return calculate(shell, value).toString();
  return convertCase(variable, value);
}

/** `NAME=value command`: variables of that command, all exported. */
export function* temporaryVariables(shell: Shell, plans: readonly AssignmentPlan[]): Blocking<Map<string, Variable>> {
  const variables = new Map<string, Variable>();
  // Each one sees those before it.
  const scope = shell.vars.pushScope('command', variables);
  try {
    for (const plan of plans) {
      const value =
        'parts' in plan.value ? yield* expandText(shell, plan.value) : plan.text.slice(plan.text.indexOf('=') + 1);
      const existing = shell.vars.find(plan.name);
      if (existing?.has('readonly')) {
        // The command is executed all the same.
        if (shell.flavour === 'dash') throw new ShellError(`${plan.name}: is read only`, 2);
        shell.complain(`${plan.name}: readonly variable`);
        continue;
      }
      const variable = new Variable(plan.name);
      if (existing?.has('integer')) variable.attributes.add('integer');
      const before = plan.append ? (existing?.text ?? '') : '';
      variable.value = before + value;
      variable.attributes.add('export');
      variables.set(plan.name, variable);
      if (shell.options.has('xtrace')) shell.hooks.trace(shell, `${plan.name}=${traceQuote(value)}`);
    }
  } finally {
    shell.vars.popScope(scope);
  }
  return variables;
}
