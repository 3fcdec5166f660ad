/** SIGHUP to an interactive shell: the terminal is gone, and with it the jobs (bash(1), "SIGNALS"). */
import { type Blocking, isSysError, type Signal, signalNumbers } from '../../../kernel/sim';
import { isStopped } from '../state/jobs';
import type { Shell } from '../state/shell';

const { SIGHUP, SIGCONT } = signalNumbers;

/** Passes it on to every job but the disowned ones, then dies of it. */
export function* hangUp(shell: Shell): Blocking<void> {
  for (const job of shell.jobs.jobs) {
    if (job.keepsOnHangup || job.group === 0) continue;
    send(shell, -job.group, SIGHUP);
    if (isStopped(job)) send(shell, -job.group, SIGCONT);
  }
  yield* shell.hooks.beforeEnd(shell);
  shell.sys.sigaction(SIGHUP, 'default');
  shell.sys.kill(shell.sys.getpid(), SIGHUP);
}

function send(shell: Shell, pid: number, signal: Signal): void {
  try {
    shell.sys.kill(pid, signal);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
