/** What a shell says about its jobs: `[1]+  Done                    sleep 1` (jobs.c). */
import { signalNumbers } from '../../../kernel/sim';
import { signalText } from '../../lib/signal-text';
import { isOver, isStopped, type Job, stateOfJob, stateText } from '../state/jobs';
import type { Shell } from '../state/shell';
import { nameOfSignal } from './signals';

const { SIGINT, SIGPIPE, SIGTERM } = signalNumbers;
const stateWidth = 24;

/** A line of `jobs`. */
export function jobLine(shell: Shell, job: Job, style: 'short' | 'long' = 'short'): string {
  const mark = shell.jobs.markOf(job);
  const head = `[${job.number}]${mark} `;
  const directory = job.directory === (shell.vars.get('PWD') ?? '') ? '' : `  (wd: ${shortened(shell, job.directory)})`;
  const ampersand = job.isBackground && !isStopped(job) && !isOver(job) ? ' &' : '';
  if (style === 'long') return longLines(job, head, ampersand + directory);
  const state = isStopped(job) ? 'Stopped' : stateText(stateOfJob(job));
  return `${head} ${state.padEnd(stateWidth)}${job.text}${ampersand}${directory}\n`;
}

/** A line for each process, with its number; a state that is that of the first one is not said again. */
function longLines(job: Job, head: string, tail: string): string {
  const [first] = job.processes;
  const last = job.processes.length - 1;
  return job.processes
    .map((process, i) => {
      const lead = i === 0 ? head : '     ';
      const pid = String(process.pid).padStart(5);
      const text = last === 0 ? job.text : `${i === 0 ? '' : '| '}${process.text}`;
      const state = stateText(process.state);
      const isSame = i > 0 && first !== undefined && state === stateText(first.state);
      const shown = isSame ? ' '.repeat(stateWidth - 2) : state.padEnd(stateWidth);
      return `${lead}${pid} ${shown}${text}${i === last ? tail : ''}\n`;
    })
    .join('');
}

function shortened(shell: Shell, directory: string): string {
  const home = shell.vars.get('HOME') ?? '';
  return home !== '' && (directory === home || directory.startsWith(`${home}/`))
    ? `~${directory.slice(home.length)}`
    : directory;
}

/** Changes of jobs nobody has heard of; those that are over leave the table. */
export function notices(shell: Shell): string {
  let text = '';
  for (const job of shell.jobs.numbered) {
    const state = stateText(stateOfJob(job));
    const isNew = job.reported !== state && state !== 'Running';
    text += job.notice;
    job.notice = '';
    if (isNew && shell.isInteractive) text += jobLine(shell, job);
    job.reported = state;
  }
  for (const job of shell.jobs.numbered) if (isOver(job)) shell.jobs.remove(job);
  return text;
}

/** A signal was sent to a job: that it is stopped is said once more. */
export function noteSignal(shell: Shell, job: Job): void {
  if (shell.isInteractive && isStopped(job)) job.notice = (job.wasForeground ? '\n' : '') + jobLine(shell, job);
}

/** A foreground job was killed: its signal, unless everybody knows. Null when nothing is to be said. */
export function killedNotice(shell: Shell, job: Job): string | null {
  const state = job.processes.at(-1)?.state;
  if (state?.kind !== 'killed' || shell.flavour === 'dash') return dashNotice(shell, job);
  if (shell.isInteractive && state.signal === SIGINT) return '\n';
  if (state.signal === SIGPIPE || state.signal === SIGINT) return null;
  const isPlain = shell.isInteractive || state.signal === SIGTERM || isTrapped(shell, state.signal);
  return isPlain ? `${stateText(state)}\n` : longLines(job, shell.prefix(), '');
}

function isTrapped(shell: Shell, signal: number): boolean {
  return shell.traps.has(nameOfSignal(signal) ?? '');
}

/**
 * In a script, when it has waited for something: background jobs that were killed; with `set -m` also how others ended.
 * (A file of commands keeps those that ended by themselves for `jobs`.) Whatever was spoken of leaves the table.
 */
export function reportJobs(shell: Shell): void {
  if (shell.isInteractive || shell.flavour === 'dash' || shell.jobs.isForeign) return;
  for (const job of shell.jobs.numbered) {
    if (isStopped(job)) reportStopped(shell, job);
    else if (isOver(job)) reportEnded(shell, job);
    else job.reported = null;
  }
}

function reportStopped(shell: Shell, job: Job): void {
  if (!shell.controlsJobs || !shell.isCommandString || job.reported === stateText(stateOfJob(job))) return;
  shell.printError(`\n${jobLine(shell, job)}`);
  job.reported = stateText(stateOfJob(job));
}

function reportEnded(shell: Shell, job: Job): void {
  const state = job.processes.at(-1)?.state;
  const isKilled = state?.kind === 'killed';
  if (!isKilled && !shell.isCommandString) return;
  if (isKilled && !isQuiet(state.signal) && !isTrapped(shell, state.signal))
    shell.printError(longLines(job, shell.prefix(), ''));
  else if (shell.controlsJobs) shell.printError(jobLine(shell, job) + whereNow(shell, job));
  shell.jobs.remove(job);
}

function isQuiet(signal: number): boolean {
  return signal === SIGINT || signal === SIGPIPE || signal === SIGTERM;
}

function whereNow(shell: Shell, job: Job): string {
  const now = shell.vars.get('PWD') ?? '';
  return now === job.directory ? '' : `(wd now: ${shortened(shell, now)})\n`;
}

function dashNotice(shell: Shell, job: Job): string | null {
  const state = job.processes.at(-1)?.state;
  if (shell.flavour !== 'dash' || state?.kind !== 'killed') return null;
  if (state.signal === SIGINT || state.signal === SIGPIPE) return state.signal === SIGINT ? '\n' : null;
  return `${signalText(state.signal)}${state.core ? ' (core dumped)' : ''}\n`;
}
