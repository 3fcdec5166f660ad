/** Waits for children and keeps the table of jobs up to date. */
import {
  type Blocking,
  isSysError,
  signalNumbers,
  type WaitResult,
  WCONTINUED,
  WNOHANG,
  WUNTRACED,
} from '../../../kernel/sim';
import { isRunning, isStopped, type Job, type ProcessState, statusOf } from '../state/jobs';
import type { Shell } from '../state/shell';

const { SIGINT, SIGCHLD } = signalNumbers;
/** Blocked while a command in the foreground is waited for, as /proc shows it. */
const childSignal = 1n << BigInt(SIGCHLD - 1);

/** Enters a change of a child in the table. */
export function record(shell: Shell, result: WaitResult): void {
  const job = shell.jobs.withProcess(result.pid);
  const process = job?.processes.find(({ pid }) => pid === result.pid);
  const { event } = result;
  const state: ProcessState = event.kind === 'continued' ? { kind: 'running' } : event;
  if (job?.isBackground && (state.kind === 'exited' || state.kind === 'killed')) {
    shell.jobs.remembered.set(result.pid, statusOf(state));
  }
  if (state.kind !== 'running' && state.kind !== 'stopped' && shell.traps.has('SIGCHLD')) noteChild(shell);
  if (!process || !job) return;
  process.state = state;
  if (state.kind === 'stopped' && shell.controlsJobs) shell.jobs.giveNumber(job);
}

/** A handled SIGCHLD is noted once; the trap runs for every child. */
function noteChild(shell: Shell): void {
  if (!shell.pendingSignals.includes(signalNumbers.SIGCHLD)) shell.pendingSignals.push(signalNumbers.SIGCHLD);
}

/** Takes whatever there is, without waiting. */
export function* collect(shell: Shell): Blocking<void> {
  shell.childChanged = false;
  const options = WNOHANG | (shell.controlsJobs ? WUNTRACED | WCONTINUED : 0);
  for (;;) {
    const result = yield* tryWait(shell, options);
    if (result === null || result === 'none' || result === 'interrupted') return;
    record(shell, result);
  }
}

function* tryWait(shell: Shell, options: number): Blocking<WaitResult | null | 'none' | 'interrupted'> {
  try {
    return yield* shell.sys.waitpid(-1, options);
  } catch (error) {
    if (isSysError(error, 'ECHILD')) return 'none';
    if (isSysError(error, 'EINTR')) return 'interrupted';
    throw error;
  }
}

/** Until all of the job ended or stopped. Answers its status: that of its last process. */
export function* waitForJob(shell: Shell, job: Job): Blocking<number> {
  const options = shell.controlsJobs ? WUNTRACED : 0;
  const watch = watchInterrupt(shell);
  const mask = shell.flavour === 'bash' ? shell.sys.sigprocmask('block', childSignal) : null;
  while (isRunning(job)) {
    if (shell.fatalSignal !== 0) yield* shell.hooks.runPendingTraps(shell);
    const result = yield* tryWait(shell, options);
    if (result === 'none') lose(job);
    else if (result !== null && result !== 'interrupted') record(shell, result);
  }
  if (mask !== null) shell.sys.sigprocmask('set', mask);
  watch.end();
  const last = job.processes.at(-1)?.state ?? { kind: 'exited' as const, code: 0 };
  dieOfInterrupt(shell, job, watch.seen);
  return statusOf(isStopped(job) ? (job.processes.find(({ state }) => state.kind === 'stopped')?.state ?? last) : last);
}

interface Watch {
  seen: boolean;
  end(): void;
}

/**
 * A script is not killed by ^C while it waits for a command: only if that died of it, the script does, too. (So a
 * program that handles ^C itself does not lose the script it runs in.)
 */
function watchInterrupt(shell: Shell): Watch {
  const watch: Watch = { seen: false, end: () => undefined };
  if (shell.isInteractive && shell.subshellDepth === 0) return watch;
  if (shell.flavour === 'dash' || shell.traps.has('SIGINT') || shell.hardIgnored.has(SIGINT)) return watch;
  const before = shell.sys.sigaction(SIGINT, {
    handler: () => {
      watch.seen = true;
    },
    restart: true,
  });
  if (before === 'ignore') {
    shell.sys.sigaction(SIGINT, 'ignore');
    return watch;
  }
  watch.end = () => {
    shell.sys.sigaction(SIGINT, before);
  };
  return watch;
}

function dieOfInterrupt(shell: Shell, job: Job, seen: boolean): void {
  const state = job.processes.at(-1)?.state;
  if (!seen || state?.kind !== 'killed' || state.signal !== SIGINT) return;
  shell.sys.sigaction(SIGINT, 'default');
  shell.sys.kill(shell.sys.getpid(), SIGINT);
}

/** Somebody else waited for its processes. */
function lose(job: Job): void {
  for (const process of job.processes)
    if (process.state.kind === 'running') process.state = { kind: 'exited', code: 127 };
}

/** `wait`: like `waitForJob`, but a trapped signal ends it. Null then. */
export function* waitInterruptibly(shell: Shell, isDone: () => boolean): Blocking<boolean> {
  while (!isDone()) {
    if (shell.pendingSignals.length > 0 || shell.isInterrupted || shell.fatalSignal !== 0) return false;
    const result = yield* tryWait(shell, shell.controlsJobs ? WUNTRACED : 0);
    if (result === 'none') return isDone() || false;
    if (result !== null && result !== 'interrupted') record(shell, result);
  }
  return true;
}
