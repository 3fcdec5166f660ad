/** Executes a node of the tree: hands it to whoever knows its kind. */
import type * as Ast from 'unbash';
import { type Blocking, isSysError } from '../../../kernel/sim';
import type { Executable, Shell, Tail } from '../state/shell';
import { commandsAWeighing, weigh } from '../state/weight';
import { deliver } from '../traps/traps';
import { runArithmetic, runArithmeticFor, runCase, runFor, runIf, runWhile } from './compound';
import { runConditional } from './conditional';
import { runCoproc } from './coproc';
import { abandonFor } from './errors';
import { checkFailure } from './failure';
import { defineFunction } from './functions';
import { runAndOr, runInBackground, runPipeline, runSubshell } from './pipeline';
import { redirectPlan } from './plan';
import { applyRedirects, RedirectError, type Undo, undoRedirects } from './redirect';
import { childRedirects, runSimple } from './simple';

/** Commands between two looks at whether somebody else may run. */
const commandsPerCheckpoint = 16;

export function* runStatements(
  shell: Shell,
  statements: readonly Ast.Statement[],
  tail: Tail = 'no',
): Blocking<number> {
  const last = statements.length - 1;
  for (let at = 0; at <= last; at++) {
    const statement = statements[at];
    if (statement === undefined) break;
    if (statement.background) yield* runInBackground(shell, statement);
    else yield* execute(shell, statement.command, at === last ? tail : 'no');
  }
  return shell.status;
}

export function* execute(shell: Shell, node: Executable, tail: Tail = 'no'): Blocking<number> {
  if (++shell.ticks >= commandsPerCheckpoint) {
    shell.ticks = 0;
    if (++shell.weighings % (commandsAWeighing / commandsPerCheckpoint) === 0) weigh(shell);
    yield* shell.sys.checkpoint();
  }
  if (shell.pendingSignals.length > 0 || shell.isInterrupted || shell.fatalSignal !== 0) yield* deliver(shell);
  if (shell.options.has('noexec') && !shell.isInteractive) return 0;
  let status: number;
  try {
    status = yield* dispatch(shell, node, tail);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* abandonFor(shell, error);
  }
  if (shell.pendingSignals.length > 0 || shell.isInterrupted || shell.fatalSignal !== 0) yield* deliver(shell);
  return status;
}

function* dispatch(shell: Shell, node: Executable, tail: Tail): Blocking<number> {
  switch (node.type) {
    case 'Command':
      return yield* runSimple(shell, node, tail);
    case 'Pipeline':
      return yield* runPipeline(shell, node);
    case 'AndOr':
      return yield* runAndOr(shell, node, tail);
    case 'CompoundList':
      return yield* runStatements(shell, node.commands);
    case 'BraceGroup':
      return yield* runStatements(shell, node.body.commands);
    case 'Subshell':
      return yield* runSubshell(shell, node);
    case 'If':
      return yield* runIf(shell, node);
    case 'While':
      return yield* runWhile(shell, node);
    case 'For':
    case 'Select':
      return yield* runFor(shell, node);
    case 'ArithmeticFor':
      return yield* runArithmeticFor(shell, node);
    case 'Case':
      return yield* runCase(shell, node);
    case 'TestCommand':
      if (shell.flavour === 'dash') return yield* notFoundInDash(shell, node.pos, '[[');
      return yield* runConditional(shell, node);
    case 'ArithmeticCommand':
      if (shell.flavour === 'dash')
        return yield* notFoundInDash(shell, node.pos, node.body.trim().split(/\s/)[0] ?? '');
      return yield* runArithmetic(shell, node);
    case 'Redirected':
      return yield* runRedirected(shell, node);
    case 'Function':
      return yield* defineFunction(shell, node);
    case 'Coproc':
      return yield* runCoproc(shell, node);
  }
}

/** dash takes `[[` for a command's name, and `((` for two subshells. */
function* notFoundInDash(shell: Shell, pos: number, name: string): Blocking<number> {
  shell.line = shell.source.lineAt(pos);
  shell.complain(`${name}: not found`);
  yield* shell.flush();
  shell.status = 127;
  yield* checkFailure(shell, 127);
  return 127;
}

function* runRedirected(shell: Shell, node: Ast.Redirected): Blocking<number> {
  const plan = redirectPlan(node.redirects, shell.source);
  if (node.command.type === 'Subshell') {
    return yield* runSubshell(shell, node.command, (child) => childRedirects(child, plan));
  }
  const undo: Undo = [];
  shell.line = shell.source.lineAt(node.pos);
  try {
    yield* applyRedirects(shell, plan, undo);
  } catch (error) {
    undoRedirects(shell, undo);
    if (!(error instanceof RedirectError)) return yield* abandonFor(shell, error);
    shell.complain(error.message);
    yield* shell.flush();
    shell.status = 1;
    yield* checkFailure(shell, 1);
    return 1;
  }
  try {
    return yield* execute(shell, node.command);
  } finally {
    if (shell.hasOutput) yield* shell.flush();
    undoRedirects(shell, undo);
  }
}
