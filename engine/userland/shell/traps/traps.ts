/** Runs traps: of signals between commands, and DEBUG, ERR, RETURN, EXIT (bash(1), trap). */
import type { Blocking, Signal } from '../../../kernel/sim';
import { hangUp } from '../jobs/hangup';
import { nameOfSignal } from '../jobs/signals';
import { Abandon, ReturnFrom } from '../state/flow';
import type { Shell } from '../state/shell';

/** The status of the trap's last command; that of the shell is as before. */
export function* runTrap(shell: Shell, name: string): Blocking<number> {
  const trap = shell.traps.get(name);
  if (trap === undefined || trap.command === '' || (shell.isInTrap && name === shell.runningTrap)) return 0;
  const { status, pipeStatus, line, isInTrap, runningTrap, commandNode, lastArgument } = shell;
  shell.isInTrap = true;
  shell.runningTrap = name;
  try {
    return yield* shell.interpreter.runText(shell, trap.command, {
      line: name === 'DEBUG' || name === 'ERR' ? line : 1,
    });
  } finally {
    shell.isInTrap = isInTrap;
    shell.runningTrap = runningTrap;
    shell.commandNode = commandNode;
    shell.lastArgument = lastArgument;
    shell.status = status;
    shell.pipeStatus = pipeStatus;
    shell.line = line;
  }
}

/** Signals that came meanwhile. An interrupt without a trap ends the command line. */
export function* deliver(shell: Shell): Blocking<void> {
  for (let signal = shell.pendingSignals.shift(); signal !== undefined; signal = shell.pendingSignals.shift()) {
    const name = nameOfSignal(signal);
    if (name !== null) yield* runTrap(shell, name);
  }
  if (shell.fatalSignal !== 0) yield* dieOf(shell, shell.fatalSignal);
  if (!shell.isInterrupted) return;
  shell.isInterrupted = false;
  // The next prompt does not stand behind the `^C`.
  if (!shell.interruptIsShown) shell.printError('\n');
  shell.interruptIsShown = false;
  yield* shell.flush();
  throw new Abandon(130);
}

/** An interactive shell takes its jobs along; any other only runs its EXIT trap first (bash(1), "SIGNALS"). */
function* dieOf(shell: Shell, signal: Signal): Blocking<void> {
  shell.fatalSignal = 0;
  if (shell.isInteractive) return yield* hangUp(shell);
  yield* runExitTrap(shell);
  yield* shell.flush();
  shell.sys.sigaction(signal, 'default');
  shell.sys.kill(shell.sys.getpid(), signal);
}

/** At the end of a shell: once. */
export function* runExitTrap(shell: Shell): Blocking<number> {
  const trap = shell.traps.get('EXIT');
  if (trap === undefined || trap.command === '') return shell.status;
  const { status } = shell;
  shell.traps.delete('EXIT');
  try {
    yield* shell.interpreter.runText(shell, trap.command);
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
  }
  return status;
}
