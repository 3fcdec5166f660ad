/** Reads commands from a person and executes them, until the end of the input (eval.c, reader_loop). */

import { type Blocking, isSysError, signalNumbers } from '../../../kernel/sim';
import { release } from '../../busybox/applet';
import { holds } from '../../lib/attempt';
import { LineEditor } from '../edit/editor';
import type { Completer } from '../edit/session';
import { setWindowVariables } from '../edit/window-variables';
import { EventNotFound, expandHistory } from '../history/expansion';
import { loadHistory, remember, saveHistory } from '../history/store';
import { refuse, runExpanded } from '../interp/text';
import { notices } from '../jobs/notices';
import { collect } from '../jobs/wait';
import { expandAliases } from '../parse/aliases';
import { isUnfinished, type ParsedText, parseText } from '../parse/parse';
import { expandPrompt } from '../prompt/prompt';
import type { Invocation } from '../startup/invocation';
import { Abandon, ExitShell, LoopJump } from '../state/flow';
import { isOver, isStopped } from '../state/jobs';
import type { Shell } from '../state/shell';
import { beginJobControl, endJobControl } from './job-control';
import { joinLines } from './join-lines';
import { PlainReader } from './plain-reader';
import { readIfThere, readStartupFiles } from './startup-files';

export interface LineReader {
  /** Null at the end of the input; 'interrupted' after ^C. */
  readLine(prompt: string): Blocking<string | null | 'interrupted'>;
}

/** An interactive shell from its start to its end. */
export function* runInteractive(
  shell: Shell,
  invocation: Invocation,
  completer: Completer,
  rest: () => Blocking<number>,
): Blocking<number> {
  const { vars } = shell;
  shell.file = shell.flavour === 'bash' ? 'main' : '';
  if (shell.flavour === 'bash') {
    if (!vars.global.has('PS1')) vars.set('PS1', '\\s-\\v\\$ ');
    if (!vars.global.has('PS2')) vars.set('PS2', '> ');
    if (!vars.global.has('HISTFILE')) vars.set('HISTFILE', `${vars.get('HOME') ?? ''}/.bash_history`);
    if (!vars.global.has('HISTSIZE')) vars.set('HISTSIZE', '500');
    if (!vars.global.has('HISTFILESIZE')) vars.set('HISTFILESIZE', '500');
  }
  if (shell.options.has('monitor') || shell.flavour === 'dash') {
    if (!beginJobControl(shell)) {
      shell.options.turn('monitor', false);
      if (shell.flavour === 'bash' && shell.hasOutput)
        shell.printError(`${shell.name}: no job control in this shell\n`);
    }
  }
  yield* shell.flush();
  setWindowVariables(shell);
  try {
    yield* readStartupFiles(shell, invocation);
    if (invocation.command !== null || (invocation.operands.length > 0 && !invocation.readsStdin)) return yield* rest();
    shell.params = invocation.operands;
    if (shell.flavour === 'bash') yield* loadHistory(shell, vars.get('HISTFILE') ?? '');
    shell.historyUnsaved = 0;
    if (shell.applet)
      shell.print(`\n\n${release} built-in shell (ash)\nEnter 'help' for a list of built-in commands.\n\n`);
    yield* shell.flush();
    return yield* readAndExecute(shell, readerFor(shell, completer));
  } catch (error) {
    if (!(error instanceof ExitShell)) throw error;
    return error.status;
  } finally {
    yield* endSession(shell);
  }
}

function readerFor(shell: Shell, completer: Completer): LineReader {
  const edits = shell.flavour === 'bash' && shell.options.has('emacs') && isTerminal(shell, 0) && isTerminal(shell, 2);
  return edits ? new LineEditor(shell, completer) : new PlainReader(shell);
}

function isTerminal(shell: Shell, fd: number): boolean {
  return holds(() => shell.sys.isatty(fd));
}

function* endSession(shell: Shell): Blocking<void> {
  if (shell.isLogin && shell.flavour === 'bash' && !shell.isOver) {
    shell.isOver = true;
    yield* readIfThere(shell, `${shell.vars.get('HOME') ?? ''}/.bash_logout`);
  }
  if (shell.flavour === 'bash') yield* saveHistory(shell);
  for (const job of shell.jobs.jobs) {
    // Stopped jobs would stay for ever.
    if (isStopped(job)) signalJob(shell, job.group);
  }
  endJobControl(shell);
}

function signalJob(shell: Shell, group: number): void {
  try {
    shell.sys.kill(-group, signalNumbers.SIGHUP);
    shell.sys.kill(-group, signalNumbers.SIGCONT);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function* readAndExecute(shell: Shell, reader: LineReader): Blocking<number> {
  for (;;) {
    let ended: number | null;
    try {
      ended = yield* oneCommand(shell, reader);
    } catch (error) {
      if (error instanceof Abandon) {
        shell.status = error.status;
        shell.ignoresFailure = 0;
        shell.loopDepth = 0;
        if (error.status === 130) shell.pipeStatus = [130];
      } else if (!(error instanceof LoopJump)) throw error;
      ended = null;
    }
    yield* shell.flush();
    if (ended !== null) return ended;
  }
}

/** Answers the exit status at the end of the input. */
function* oneCommand(shell: Shell, reader: LineReader): Blocking<number | null> {
  if (!shell.jobs.isForeign) yield* collect(shell);
  shell.printError(notices(shell));
  if (shell.options.shopts('checkwinsize') || shell.windowChanged) setWindowVariables(shell);
  const unit = yield* readUnit(shell, reader);
  if (unit === 'interrupted') {
    shell.status = 130;
    return null;
  }
  if (unit === null) return yield* endOfInput(shell);
  shell.eofCount = 0;
  if (unit === 'nothing') return null;
  shell.commandNumber++;
  const { problem } = unit;
  if (problem !== null) {
    yield* refuse(shell, unit, {});
    // The end of the input in the middle of a command ends the shell.
    if (problem.kind !== 'unfinished' || problem.awaited !== null) return null;
    shell.printError('exit\n');
    return 2;
  }
  if (unit.script.commands.length === 0) return null;
  const ps0 = shell.flavour === 'bash' ? shell.vars.get('PS0') : undefined;
  if (ps0 !== undefined && ps0 !== '') shell.printError((yield* expandPrompt(shell, ps0)).replace(/[\x01\x02]/g, ''));
  yield* shell.flush();
  shell.isInterrupted = false;
  const warned = shell.hasWarnedOfJobs;
  // Aliases are in it already.
  yield* runExpanded(shell, unit);
  if (warned) shell.hasWarnedOfJobs = false;
  return null;
}

function* endOfInput(shell: Shell): Blocking<number | null> {
  const tolerated = shell.vars.get('IGNOREEOF');
  if (tolerated !== undefined || shell.options.has('ignoreeof')) {
    const limit = /^\d+$/.test(tolerated ?? '') ? Number(tolerated) : 10;
    if (shell.eofCount++ < limit) {
      shell.printError(shell.isLogin ? 'Use "logout" to leave the shell.\n' : 'Use "exit" to leave the shell.\n');
      return null;
    }
  }
  if (shell.flavour === 'bash') shell.printError(shell.isLogin ? '\nlogout\n' : '\nexit\n');
  else shell.printError('\n');
  if (!shell.hasWarnedOfJobs && shell.jobs.jobs.some((job) => isStopped(job) && !isOver(job))) {
    shell.printError('There are stopped jobs.\n');
    shell.hasWarnedOfJobs = true;
    return null;
  }
  yield* shell.flush();
  return shell.status;
}

/** A whole command, from as many lines as it takes. */
function* readUnit(shell: Shell, reader: LineReader): Blocking<ParsedText | null | 'interrupted' | 'nothing'> {
  yield* promptCommands(shell);
  const lines: string[] = [];
  let text = '';
  shell.line++;
  const firstLine = shell.line;
  for (;;) {
    const prompt = yield* expandPrompt(shell, shell.vars.get(lines.length === 0 ? 'PS1' : 'PS2') ?? '');
    const line = yield* reader.readLine(prompt);
    if (line === 'interrupted') return 'interrupted';
    if (line === null) {
      if (lines.length === 0) return null;
      // The text ends here, finished or not.
      shell.printError('\n');
      rememberLines(shell, lines);
      return parseText(text, firstLine);
    }
    const expanded = yield* withHistory(shell, line);
    if (expanded === null) return 'nothing';
    lines.push(expanded);
    text += `${expanded}\n`;
    const parsed = parseText(withAliases(shell, text), firstLine);
    if (isUnfinished(parsed)) continue;
    rememberLines(shell, lines);
    return parsed;
  }
}

function withAliases(shell: Shell, text: string): string {
  return shell.options.shopts('expand_aliases') ? expandAliases(text, shell.aliases) : text;
}

function rememberLines(shell: Shell, lines: readonly string[]): void {
  if (shell.flavour === 'bash') remember(shell, joinLines(lines));
}

/** Null when nothing is to be executed. */
function* withHistory(shell: Shell, line: string): Blocking<string | null> {
  if (!shell.options.has('histexpand') || shell.flavour === 'dash') return line;
  try {
    const expanded = expandHistory(line, { lines: shell.history.map((entry) => entry.line), base: shell.historyBase });
    if (!expanded.changed) return line;
    shell.printError(`${expanded.text}\n`);
    yield* shell.flush();
    if (!expanded.onlyPrints) return expanded.text;
    remember(shell, expanded.text);
    return null;
  } catch (error) {
    if (!(error instanceof EventNotFound)) throw error;
    shell.complain(error.message);
    yield* shell.flush();
    return null;
  }
}

/** PROMPT_COMMAND: one command, or an array of them. */
function* promptCommands(shell: Shell): Blocking<void> {
  if (shell.flavour === 'dash') return;
  const variable = shell.vars.lookup('PROMPT_COMMAND');
  if (variable === undefined) return;
  const { status, pipeStatus, lastArgument } = shell;
  for (const command of variable.values()) {
    if (command === '') continue;
    try {
      yield* shell.interpreter.runText(shell, command, { errorName: 'PROMPT_COMMAND: ' });
    } catch (error) {
      if (!(error instanceof Abandon)) throw error;
    }
    shell.status = status;
    shell.pipeStatus = pipeStatus;
    shell.lastArgument = lastArgument;
  }
  yield* shell.flush();
}
