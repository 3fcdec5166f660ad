/** Makes child processes of a shell: a copy of it that goes on with something else. */
import { type Blocking, isSysError, O_RDONLY, type Sys, signalNumbers, strerror } from '../../../kernel/sim';
import { drive } from '../interp/trampoline';
import { registerDynamics } from '../state/dynamic';
import { Abandon, ExitShell, LoopJump, ReturnFrom } from '../state/flow';
import { JobTable } from '../state/jobs';
import type { Shell } from '../state/shell';
import { resetSignals } from './signals';

export interface SpawnOptions {
  /** With job control: the process group to join; 0 to lead one of its own; null to stay. */
  group: number | null;
  /** It gets the terminal. */
  foreground?: boolean;
  /** `&`. */
  background?: boolean;
  /** Descriptors of the parent the child must not keep. */
  close?: readonly number[];
  /** Without job control a command in the background reads nothing. */
  nullInput?: boolean;
  /** Before anything else in the child: puts pipes where they belong. */
  prepare?: (child: Shell) => void;
}

/** Seconds between attempts when there is no room for a process (jobs.c). */
const retryDelays = [1, 2, 4, 8];
const second = 1_000_000_000;

/** Answers the child's number. `body` returns its exit status. */
export function* spawn(
  shell: Shell,
  options: SpawnOptions,
  body: (child: Shell) => Blocking<number>,
): Blocking<number> {
  yield* shell.flush();
  const child = shell.copy();
  const parent = shell;
  const group = options.group === 0 ? null : options.group;
  const run = function* (sys: Sys): Blocking<number> {
    child.sys = sys;
    return yield* drive(childMain(child, parent, options, body));
  };
  const pid = yield* forkPatiently(shell, run);
  if (options.group !== null) setGroup(shell.sys, pid, group ?? pid);
  return pid;
}

function* forkPatiently(shell: Shell, run: (sys: Sys) => Blocking<number>): Blocking<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      return shell.sys.fork(run);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const delay = retryDelays[attempt];
      if (shell.flavour === 'dash') {
        shell.complain('Cannot fork');
        yield* shell.flush();
        throw new ExitShell(2);
      }
      if (error.errno !== 'EAGAIN' || delay === undefined) {
        shell.printError(`${shell.errorName()}: fork: ${strerror(error.errno)}\n`);
        yield* shell.flush();
        throw new Abandon(254);
      }
      shell.printError(`${shell.errorName()}: fork: retry: ${strerror(error.errno)}\n`);
      yield* shell.flush();
      try {
        yield* shell.sys.nanosleep(delay * second);
      } catch (interrupted) {
        if (!isSysError(interrupted, 'EINTR')) throw interrupted;
        throw new Abandon(130);
      }
    }
  }
}

function setGroup(sys: Sys, pid: number, group: number): void {
  try {
    sys.setpgid(pid, group);
  } catch (error) {
    // It is gone, or has executed something already.
    if (!isSysError(error)) throw error;
  }
}

function* childMain(
  child: Shell,
  parent: Shell,
  options: SpawnOptions,
  body: (child: Shell) => Blocking<number>,
): Blocking<number> {
  const { sys } = child;
  const isFirstLevel = parent.controlsJobs;
  if (options.group !== null) {
    setGroup(sys, 0, options.group);
    if (options.foreground && child.terminal >= 0)
      giveTerminal(sys, child.terminal, options.group === 0 ? sys.getpid() : options.group);
  }
  resetSignals(child, parent, options.background ?? false);
  child.controlsJobs = false;
  child.jobs = foreignJobs(parent);
  registerDynamics(child);
  options.prepare?.(child);
  for (const fd of options.close ?? []) closeIfOpen(sys, fd);
  if (options.nullInput && !isFirstLevel) yield* readNothing(sys);
  return yield* runToEnd(child, body);
}

/** Jobs of the parent can still be listed. */
function foreignJobs(parent: Shell): JobTable {
  const table = new JobTable();
  table.isForeign = true;
  for (const job of parent.jobs.numbered) {
    table.jobs.push({ ...job, processes: job.processes.map((process) => ({ ...process })) });
    table.makeCurrent(job);
  }
  return table;
}

/** Without job control, commands in the background read nothing. */
function* readNothing(sys: Sys): Blocking<void> {
  try {
    const fd = yield* sys.open('/dev/null', O_RDONLY);
    if (fd === 0) return;
    sys.dup2(fd, 0);
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

export function giveTerminal(sys: Sys, terminal: number, group: number): void {
  // Whoever is in the background would be stopped for it.
  const { SIGTTOU } = signalNumbers;
  const before = sys.sigaction(SIGTTOU, 'ignore');
  try {
    sys.tcsetpgrp(terminal, group);
  } catch (error) {
    if (!isSysError(error)) throw error;
  } finally {
    sys.sigaction(SIGTTOU, before);
  }
}

/** Runs a body to its end, whatever way it takes; then the EXIT trap. */
export function* runToEnd(shell: Shell, body: (shell: Shell) => Blocking<number>): Blocking<number> {
  const status = yield* settle(shell, () => body(shell));
  shell.status = status;
  const hasTrap = shell.traps.has('EXIT');
  const last = yield* settle(shell, () => shell.hooks.exitTrap(shell));
  yield* settle(shell, function* () {
    yield* shell.flush();
    return 0;
  });
  return (hasTrap ? last : status) & 255;
}

function* settle(shell: Shell, work: () => Blocking<number>): Blocking<number> {
  try {
    return yield* work();
  } catch (error) {
    if (error instanceof ExitShell || error instanceof ReturnFrom || error instanceof Abandon) return error.status;
    if (error instanceof LoopJump) return shell.status;
    if (isSysError(error)) return 1;
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      // The real one runs out of its stack, too.
      shell.sys.sigaction(signalNumbers.SIGSEGV, 'default');
      shell.sys.kill(shell.sys.getpid(), signalNumbers.SIGSEGV);
      return 139;
    }
    throw error;
  }
}

function closeIfOpen(sys: Sys, fd: number): void {
  try {
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
