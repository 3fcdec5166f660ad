/** Jobs in the foreground: waiting for them, the terminal, what is said of their end. */
import { type Blocking, isSysError } from '../../../kernel/sim';
import { killedNotice, reportJobs } from '../jobs/notices';
import { giveTerminal } from '../jobs/spawn';
import { waitForJob } from '../jobs/wait';
import { isOver, isStopped, type Job } from '../state/jobs';
import type { Shell } from '../state/shell';

/** Waits for a job in the foreground, takes the terminal back, says what has to be said. */
export function* finishForeground(
  shell: Shell,
  processes: ReadonlyArray<{ pid: number; text: string }>,
  text: () => string,
): Blocking<number> {
  const job: Job = {
    number: 0,
    group: shell.controlsJobs ? (processes[0]?.pid ?? 0) : 0,
    processes: processes.map((process) => ({ ...process, state: { kind: 'running' } })),
    get text() {
      return text();
    },
    isBackground: false,
    hasOwnGroup: shell.controlsJobs,
    reported: null,
    directory: shell.vars.get('PWD') ?? '',
    keepsOnHangup: false,
    wasForeground: false,
    notice: '',
  };
  shell.jobs.add(job, false);
  return yield* awaitForeground(shell, job);
}

export function* awaitForeground(shell: Shell, job: Job): Blocking<number> {
  const status = yield* waitForJob(shell, job);
  takeTerminalBack(shell, job);
  if (isStopped(job)) {
    job.isBackground = true;
    job.wasForeground = true;
    shell.jobs.giveNumber(job);
    shell.printError(`\n${shell.hooks.jobLine(shell, job)}`);
    job.reported = 'Stopped';
    return status;
  }
  const notice = killedNotice(shell, job);
  if (notice !== null) shell.printError(notice);
  if (isOver(job)) shell.jobs.remove(job);
  reportJobs(shell);
  shell.pipeStatus = job.processes.map(({ state }) => statusNumber(state));
  const last = job.processes.at(-1)?.state;
  if (shell.controlsJobs && last?.kind === 'killed' && last.signal === 2) {
    shell.isInterrupted = true;
    shell.interruptIsShown = true;
  }
  return status;
}

function statusNumber(state: Job['processes'][number]['state']): number {
  if (state.kind === 'exited') return state.code;
  return state.kind === 'running' ? 0 : 128 + state.signal;
}

function takeTerminalBack(shell: Shell, job: Job): void {
  if (!shell.controlsJobs || shell.terminal < 0) return;
  const { sys } = shell;
  giveTerminal(sys, shell.terminal, sys.getpgid());
  const last = job.processes.at(-1)?.state;
  try {
    const isOrderly = last?.kind === 'exited';
    // A program that was killed or stopped may have left the terminal in a mode of its own.
    if (isOrderly) shell.terminalModes = sys.tcgetattr(shell.terminal);
    else if (shell.terminalModes !== null) sys.tcsetattr(shell.terminal, shell.terminalModes, 'drain');
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
