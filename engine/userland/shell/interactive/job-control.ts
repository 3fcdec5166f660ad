/** Gives an interactive shell its process group and the terminal (jobs.c, initialize_job_control). */
import { isSysError, type Signal, signalNumbers } from '../../../kernel/sim';
import { applyTrap, nameOfSignal } from '../jobs/signals';
import type { Shell } from '../state/shell';

const { SIGTTIN, SIGTTOU, SIGTSTP, SIGQUIT, SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGWINCH } = signalNumbers;
const firstHighFd = 255;

/** False, after a message, when there is no terminal to control. */
export function beginJobControl(shell: Shell): boolean {
  const { sys } = shell;
  const terminal = openTerminal(shell);
  if (terminal < 0) return false;
  try {
    // In the background: stops until somebody brings it to the foreground.
    while (sys.tcgetpgrp(terminal) !== sys.getpgid()) {
      if (sys.tcgetpgrp(terminal) <= 0) break;
      sys.sigaction(SIGTTIN, 'default');
      sys.kill(0, SIGTTIN);
    }
    sys.sigaction(SIGTTIN, 'ignore');
    shell.groupBefore = sys.getpgid();
    const pid = sys.getpid();
    if (shell.groupBefore !== pid && sys.getsid() !== pid) sys.setpgid(0, 0);
    takeTerminal(shell, terminal, sys.getpgid());
    shell.terminal = terminal;
    shell.controlsJobs = true;
    shell.terminalModes = sys.tcgetattr(terminal);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    closeTerminal(shell, terminal);
    shell.printError(
      `${shell.name}: cannot set terminal process group (${sys.getpgid()}): Inappropriate ioctl for device\n`,
    );
    return false;
  }
}

function openTerminal(shell: Shell): number {
  const { sys } = shell;
  try {
    if (!sys.isatty(2)) return -1;
    sys.dup2(2, firstHighFd, true);
    sys.setCloseOnExec(firstHighFd, true);
    return firstHighFd;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return -1;
  }
}

function closeTerminal(shell: Shell, fd: number): void {
  try {
    shell.sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function takeTerminal(shell: Shell, terminal: number, group: number): void {
  const before = shell.sys.sigaction(SIGTTOU, 'ignore');
  shell.sys.tcsetpgrp(terminal, group);
  shell.sys.sigaction(SIGTTOU, before);
}

/** At the end, and before `exec`: the terminal belongs to whom it belonged before. */
export function endJobControl(shell: Shell): void {
  if (!shell.controlsJobs || shell.terminal < 0) return;
  const { sys } = shell;
  try {
    if (shell.groupBefore !== null && shell.groupBefore !== sys.getpgid()) {
      takeTerminal(shell, shell.terminal, shell.groupBefore);
      sys.setpgid(0, shell.groupBefore);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

const ownSignals: readonly Signal[] = [SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGINT, SIGHUP, SIGCHLD, SIGWINCH];

function signalsOf(shell: Shell): readonly Signal[] {
  if (shell.isInteractive) return ownSignals;
  return shell.flavour === 'bash' ? [SIGQUIT] : [];
}

/** A program executed in its place has the signals the shell was started with. */
export function signalsBeforeExec(shell: Shell): void {
  if (shell.subshellDepth > 0) return;
  for (const signal of signalsOf(shell)) {
    if (shell.traps.get(nameOfSignal(signal) ?? '')?.command === '') continue;
    shell.sys.sigaction(signal, shell.hardIgnored.has(signal) ? 'ignore' : 'default');
  }
}

export function signalsAfterExec(shell: Shell): void {
  if (shell.subshellDepth > 0) return;
  for (const signal of signalsOf(shell)) applyTrap(shell, nameOfSignal(signal) ?? '');
}
