/** Pipelines, and-or lists and commands in the background (bash(1), "Pipelines", "Lists"). */
import type * as Ast from 'unbash';
import type { Blocking } from '../../../kernel/sim';
import { spawn } from '../jobs/spawn';
import { printCommand, printStatement } from '../parse/print';
import type { Job } from '../state/jobs';
import type { Shell, Tail } from '../state/shell';
import { checkFailure, tolerating } from './failure';
import { finishForeground } from './foreground';
import { timed } from './time';

export function* runPipeline(shell: Shell, node: Ast.Pipeline): Blocking<number> {
  const time = node.prefixes.find((prefix) => prefix.type === 'Time');
  if (time?.type === 'Time') return yield* timed(shell, time.posix !== undefined, () => runNegated(shell, node));
  return yield* runNegated(shell, node);
}

function* runNegated(shell: Shell, node: Ast.Pipeline): Blocking<number> {
  const negations = node.prefixes.filter(({ type }) => type === 'Negation').length;
  if (negations === 0) return yield* runStages(shell, node);
  const status = yield* tolerating(shell, () => runStages(shell, node));
  const inverted = negations % 2 === 1 ? Number(status === 0) : status;
  shell.status = inverted;
  return inverted;
}

function* runStages(shell: Shell, node: Ast.Pipeline): Blocking<number> {
  const [only, ...more] = node.commands;
  if (only === undefined) return shell.status;
  if (more.length === 0) return yield* shell.interpreter.execute(shell, only, 'no');
  const processes = yield* startStages(shell, node, false);
  const final = more.at(-1);
  // What BASH_COMMAND tells of a pipeline is its last command.
  if (final?.type === 'Command' && !shell.isInTrap) shell.commandNode = { node: final, source: shell.source };
  const last = processes.pop();
  // With `lastpipe` the last stage was left to us.
  if (last === undefined) return 0;
  processes.push(last);
  const statuses = yield* finishForeground(shell, processes, () => printCommand(node, shell.source));
  const status = shell.options.has('pipefail') ? (shell.pipeStatus.findLast((code) => code !== 0) ?? 0) : statuses;
  yield* shell.flush();
  shell.status = status;
  if (status !== 0) yield* checkFailure(shell, status);
  return status;
}

/** Starts all stages at once, joined by pipes. */
function* startStages(
  shell: Shell,
  node: Ast.Pipeline,
  background: boolean,
): Blocking<Array<{ pid: number; text: string }>> {
  const { sys } = shell;
  const processes: Array<{ pid: number; text: string }> = [];
  let input = -1;
  for (const [i, command] of node.commands.entries()) {
    const isLast = i === node.commands.length - 1;
    const joinsErrors = node.operators[i] === '|&';
    const pipe = isLast ? null : sys.pipe({ closeOnExec: true });
    const stdin = input;
    const leader = processes[0]?.pid;
    const pid = yield* spawn(
      shell,
      {
        group: shell.controlsJobs ? (leader ?? 0) : null,
        foreground: !background,
        background,
        nullInput: background && i === 0,
        prepare: (child) => {
          if (stdin >= 0) moveTo(child, stdin, 0);
          if (pipe === null) return;
          child.sys.close(pipe.readEnd);
          moveTo(child, pipe.writeEnd, 1);
          if (joinsErrors) child.sys.dup2(1, 2);
        },
      },
      (child) => runStage(child, command),
    );
    processes.push({ pid, text: printCommand(command, shell.source) });
    if (stdin >= 0) sys.close(stdin);
    if (pipe !== null) sys.close(pipe.writeEnd);
    input = pipe?.readEnd ?? -1;
  }
  return processes;
}

function moveTo(child: Shell, from: number, to: number): void {
  if (from === to) {
    child.sys.setCloseOnExec(to, false);
    return;
  }
  child.sys.dup2(from, to);
  child.sys.close(from);
}

function* runStage(child: Shell, command: Ast.CommandNode): Blocking<number> {
  child.loopDepth = 0;
  if (command.type === 'Subshell')
    return yield* child.interpreter.runStatements(child, command.body.commands, 'subshell');
  return yield* child.interpreter.execute(child, command, command.type === 'Command' ? 'subshell' : 'no');
}

export function* runAndOr(shell: Shell, node: Ast.AndOr, tail: Tail): Blocking<number> {
  let status = 0;
  const last = node.commands.length - 1;
  for (const [i, command] of node.commands.entries()) {
    const operator = node.operators[i - 1];
    if (operator === '&&' && status !== 0) continue;
    if (operator === '||' && status === 0) continue;
    if (i === last) return yield* shell.interpreter.execute(shell, command, tail);
    status = yield* tolerating(shell, () => shell.interpreter.execute(shell, command, 'no'));
  }
  return status;
}

/** `command &`. */
export function* runInBackground(shell: Shell, statement: Ast.Statement): Blocking<number> {
  const { command } = statement;
  const isPlainPipeline = command.type === 'Pipeline' && command.commands.length > 1 && command.prefixes.length === 0;
  const processes = isPlainPipeline
    ? yield* startStages(shell, command, true)
    : [{ pid: yield* startOne(shell, command), text: printStatement(statement, shell.source) }];
  const text = printStatement(statement, shell.source);
  const last = processes.at(-1)?.pid ?? 0;
  const job: Job = {
    number: 0,
    group: shell.controlsJobs ? (processes[0]?.pid ?? 0) : 0,
    processes: processes.map((process) => ({ ...process, state: { kind: 'running' } })),
    text,
    isBackground: true,
    hasOwnGroup: shell.controlsJobs,
    reported: 'Running',
    directory: shell.vars.get('PWD') ?? '',
    keepsOnHangup: false,
    wasForeground: false,
    notice: '',
  };
  if (shell.jobs.isForeign) shell.jobs.forget();
  shell.jobs.add(job, true);
  shell.lastBackground = last;
  if (shell.isInteractive && shell.subshellDepth === 0) shell.printError(`[${job.number}] ${last}\n`);
  yield* shell.flush();
  shell.status = 0;
  return 0;
}

function* startOne(shell: Shell, command: Ast.Statement['command']): Blocking<number> {
  return yield* spawn(
    shell,
    { group: shell.controlsJobs ? 0 : null, background: true, nullInput: true },
    function* (child) {
      child.loopDepth = 0;
      child.ignoresFailure = 0;
      if (command.type === 'Subshell') {
        return yield* child.interpreter.runStatements(child, command.body.commands, 'subshell');
      }
      return yield* child.interpreter.execute(child, command, command.type === 'Command' ? 'subshell' : 'no');
    },
  );
}

/** `( list )`. */
export function* runSubshell(
  shell: Shell,
  node: Ast.Subshell,
  prepare?: (child: Shell) => Blocking<void>,
): Blocking<number> {
  const pid = yield* spawn(shell, { group: shell.controlsJobs ? 0 : null, foreground: true }, function* (child) {
    child.loopDepth = 0;
    if (prepare) yield* prepare(child);
    return yield* child.interpreter.runStatements(child, node.body.commands, 'subshell');
  });
  const status = yield* finishForeground(shell, [{ pid, text: '' }], () => printCommand(node, shell.source));
  yield* shell.flush();
  shell.status = status;
  if (status !== 0) yield* checkFailure(shell, status);
  return status;
}
