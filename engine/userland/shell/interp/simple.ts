/** Simple commands: assignments, words, redirections; then a function, a builtin or a program (bash(1), "SIMPLE COMMAND EXPANSION"). */
import type * as Ast from 'unbash';
import { type Blocking, strerror } from '../../../kernel/sim';
import { type Builtin, type BuiltinCall, findBuiltin, isSpecialBuiltin } from '../builtins/registry';
import { expandText, expandWord } from '../expand/expand';
import { traceQuote } from '../expand/quote';
import { spawn } from '../jobs/spawn';
import { printCommand } from '../parse/print';
import { Abandon, ExitShell, LoopJump, ReturnFrom, ShellError } from '../state/flow';
import type { Shell, ShellFunction, Tail } from '../state/shell';
import type { Variable } from '../state/variable';
import { VariableError } from '../state/variables';
import { runTrap } from '../traps/traps';
import { assignAll, temporaryVariables } from './assign';
import { environmentOf, lowerShellLevel } from './environment';
import { abandonFor } from './errors';
import { checkFailure } from './failure';
import { finishForeground } from './foreground';
import { findProgram } from './lookup';
import { type ArrayElementPlan, type AssignmentPlan, planOf, type RedirectPlan, type SimplePlan } from './plan';
import { executeProgram } from './program';
import { applyRedirects, RedirectError, type Undo, undoRedirects } from './redirect';
import { closeSubstitutions } from './substitution';

function expandsBraces(shell: Shell): boolean {
  return shell.flavour === 'bash' && shell.options.has('braceexpand');
}

interface Words {
  words: readonly string[];
  arrays: Map<number, { plan: ArrayElementPlan[]; append: boolean }> | null;
}

export function* runSimple(shell: Shell, node: Ast.Command, tail: Tail): Blocking<number> {
  const plan = planOf(node, shell.source, expandsBraces(shell));
  shell.line = plan.line;
  if (!shell.isInTrap) shell.commandNode = { node, source: shell.source };
  if (shell.traps.has('DEBUG')) {
    const status = yield* runTrap(shell, 'DEBUG');
    if (status !== 0 && shell.options.shopts('extdebug')) return status;
  }
  shell.lastSubstitutionStatus = null;
  let status: number;
  try {
    const given = yield* wordsOf(shell, plan);
    if (given.words.length === 0) status = yield* assignOnly(shell, plan);
    else {
      status = yield* runGiven(shell, node, plan, given, tail);
      shell.lastArgument = given.words.at(-1) ?? '';
    }
  } catch (error) {
    if (error instanceof RedirectError) {
      shell.complain(error.message);
      status = shell.flavour === 'dash' ? 2 : 1;
    } else return yield* abandonFor(shell, error);
  } finally {
    if (shell.openSubstitutions.length > 0) closeSubstitutions(shell);
  }
  if (shell.hasOutput) yield* shell.flush();
  shell.status = status;
  shell.pipeStatus = [status];
  if (status !== 0) yield* checkFailure(shell, status);
  return status;
}

function* wordsOf(shell: Shell, plan: SimplePlan): Blocking<Words> {
  if (plan.literals !== null) return { words: plan.literals, arrays: null };
  const words: string[] = [];
  let arrays: Words['arrays'] = null;
  for (const word of plan.words) {
    if (!('parts' in word)) {
      if (!('parts' in word.value)) {
        arrays ??= new Map();
        arrays.set(words.length, { plan: word.value, append: word.append });
      }
      words.push(yield* assignmentText(shell, word));
    } else if (word.literal !== null) words.push(word.literal);
    else yield* expandWord(shell, word, words);
  }
  return { words, arrays };
}

function* assignmentText(shell: Shell, plan: AssignmentPlan): Blocking<string> {
  const index = plan.index === null ? '' : `[${yield* expandText(shell, plan.index)}]`;
  const operator = plan.append ? '+=' : '=';
  const value = 'parts' in plan.value ? yield* expandText(shell, plan.value) : plan.text.slice(plan.text.indexOf('('));
  return plan.name + index + operator + value;
}

function* assignOnly(shell: Shell, plan: SimplePlan): Blocking<number> {
  const undo: Undo = [];
  try {
    if (plan.redirects.length > 0) yield* applyRedirects(shell, plan.redirects, undo);
    yield* assignAll(shell, plan.assignments);
    shell.lastArgument = '';
  } finally {
    undoRedirects(shell, undo);
  }
  return shell.lastSubstitutionStatus ?? 0;
}

function* runGiven(shell: Shell, node: Ast.Command, plan: SimplePlan, given: Words, tail: Tail): Blocking<number> {
  const { words } = given;
  const temporary = plan.assignments.length > 0 ? yield* temporaryVariables(shell, plan.assignments) : null;
  if (shell.options.has('xtrace'))
    shell.hooks.trace(shell, words.map(shell.flavour === 'dash' ? (word) => word : traceQuote).join(' '));
  const [name = ''] = words;
  const definition = shell.functions.get(name);
  if (definition !== undefined) {
    return yield* runFunction(shell, definition, words.slice(1), temporary, plan.redirects, tail);
  }
  const builtin = shell.disabledBuiltins.has(name) ? undefined : findBuiltin(shell, name);
  if (builtin !== undefined) return yield* runBuiltin(shell, builtin, given, temporary, plan.redirects, tail);
  return yield* runProgram(shell, node, words, temporary, plan.redirects, tail);
}

function* runFunction(
  shell: Shell,
  definition: ShellFunction,
  args: readonly string[],
  temporary: Map<string, Variable> | null,
  redirects: readonly RedirectPlan[],
  tail: Tail,
): Blocking<number> {
  const undo: Undo = [];
  const scope = temporary === null ? null : shell.vars.pushScope('command', temporary);
  try {
    if (redirects.length > 0) yield* applyRedirects(shell, redirects, undo);
    return yield* shell.interpreter.callFunction(shell, definition, args, redirects.length > 0 ? 'no' : tail);
  } finally {
    if (shell.hasOutput) yield* shell.flush();
    undoRedirects(shell, undo);
    if (scope) shell.vars.popScope(scope);
  }
}

export function* runBuiltin(
  shell: Shell,
  builtin: Builtin,
  given: Words,
  temporary: Map<string, Variable> | null,
  redirects: readonly RedirectPlan[],
  tail: Tail = 'no',
): Blocking<number> {
  const [name = '', ...args] = given.words;
  // `exec` without a command: its redirections stay.
  const isPermanent = name === 'exec';
  const undo: Undo = [];
  const persists = isSpecialBuiltin(name) && shell.flavour === 'dash';
  const scope = temporary === null || persists ? null : shell.vars.pushScope('command', temporary);
  if (temporary !== null && persists) for (const [key, variable] of temporary) shell.vars.set(key, variable.text ?? '');
  try {
    if (redirects.length > 0) {
      try {
        yield* applyRedirects(shell, redirects, undo);
      } catch (error) {
        if (error instanceof RedirectError && isSpecialBuiltin(name) && shell.flavour === 'dash') {
          shell.complain(error.message);
          yield* shell.flush();
          throw new ExitShell(2);
        }
        throw error;
      }
    }
    const call: BuiltinCall = { name, args, arrays: given.arrays, tail: redirects.length > 0 ? 'no' : tail };
    const result = builtin(shell, call);
    const answer = typeof result === 'number' ? result : yield* result;
    const status = (yield* couldWrite(shell, name)) ? answer : 1;
    if (isPermanent && undo !== null) keep(shell, undo);
    return status;
  } catch (error) {
    if (isControl(error) || error instanceof RedirectError) throw error;
    if (error instanceof VariableError || (error instanceof ShellError && error.fatal === null)) {
      if (shell.flavour === 'dash') return yield* abandonFor(shell, error);
      shell.complain(error.message);
      return 1;
    }
    return yield* abandonFor(shell, error);
  } finally {
    if (shell.hasOutput) yield* shell.flush();
    undoRedirects(shell, undo);
    if (scope) shell.vars.popScope(scope);
  }
}

/** Those of bash's builtins that do not look whether their output could be written. */
const unchecked: ReadonlySet<string> = new Set(['kill', 'command', 'eval', 'source', '.', 'builtin', 'exec']);

/** What a builtin printed has to get out before its redirections are undone. */
function* couldWrite(shell: Shell, name: string): Blocking<boolean> {
  if (shell.hasOutput) yield* shell.flush();
  if (shell.writeError === null) return true;
  if (shell.flavour !== 'dash' && unchecked.has(name)) {
    shell.writeError = null;
    return true;
  }
  const why = shell.flavour === 'dash' ? `${name}: I/O error` : `write error: ${strerror(shell.writeError)}`;
  shell.complain(`${name}: ${why}`);
  shell.writeError = null;
  yield* shell.flush();
  return false;
}

function isControl(error: unknown): boolean {
  return (
    error instanceof ExitShell || error instanceof ReturnFrom || error instanceof LoopJump || error instanceof Abandon
  );
}

function keep(shell: Shell, undo: NonNullable<Undo>): void {
  for (const { saved } of undo) if (saved >= 0) shell.sys.close(saved);
  undo.length = 0;
}

function* runProgram(
  shell: Shell,
  node: Ast.Command,
  words: readonly string[],
  temporary: Map<string, Variable> | null,
  redirects: readonly RedirectPlan[],
  tail: Tail,
): Blocking<number> {
  const [name = ''] = words;
  const scope = temporary === null ? null : shell.vars.pushScope('command', temporary);
  let path: string | null;
  let environment: string[];
  try {
    path = name.includes('/') ? name : findProgram(shell, name);
    environment = environmentOf(shell, path ?? name);
  } finally {
    if (scope) shell.vars.popScope(scope);
  }
  if (mayTakeOver(shell, tail, redirects)) {
    yield* shell.flush();
    yield* applyRedirects(shell, redirects, null);
    if (tail === 'string') lowerShellLevel(environment);
    shell.hooks.beforeExec(shell);
    const status = yield* executeProgram(shell, { path, words, environment });
    throw new ExitShell(status);
  }
  const pid = yield* spawn(shell, { group: shell.controlsJobs ? 0 : null, foreground: true }, function* (child) {
    yield* childRedirects(child, redirects);
    return yield* executeProgram(child, { path, words, environment });
  });
  return yield* finishForeground(shell, [{ pid, text: '' }], () => printCommand(node, shell.source));
}

export function* childRedirects(child: Shell, redirects: readonly RedirectPlan[]): Blocking<void> {
  try {
    yield* applyRedirects(child, redirects, null);
  } catch (error) {
    if (!(error instanceof RedirectError)) return yield* abandonFor(child, error);
    child.complain(error.message);
    yield* child.flush();
    throw new ExitShell(child.flavour === 'dash' ? 2 : 1);
  }
}

export function mayTakeOver(shell: Shell, tail: Tail, redirects: readonly RedirectPlan[]): boolean {
  // dash waits for the last command of its `-c`; the shell of BusyBox, which is like it otherwise, becomes that.
  if (tail === 'no' || (shell.flavour === 'dash' && tail === 'string' && !shell.applet)) return false;
  if (tail !== 'subshell' && redirects.length > 0) return false;
  for (const { command } of shell.traps.values()) if (command !== '') return false;
  return shell.pendingSignals.length === 0;
}
