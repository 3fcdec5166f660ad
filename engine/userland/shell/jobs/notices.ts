/** What a shell says about its jobs: `[1]+  Done                    sleep 1` (jobs.c). */
import { signalNumbers } from '../../../kernel/sim';
import { signalText } from '../../lib/signal-text';
import { isOver, isStopped, type Job, type JobProcess, stateOfJob, stateText } from '../state/jobs';
import type { Shell } from '../state/shell';

const { SIGINT, SIGPIPE, SIGTERM } = signalNumbers;
const stateWidth = 24;

/** A line of `jobs`. */
export function jobLine(shell: Shell, job: Job, style: 'short' | 'long' = 'short'): string {
  const mark = shell.jobs.markOf(job);
  const head = `[${job.number}]${mark} `;
  const directory = job.directory === (shell.vars.get('PWD') ?? '') ? '' : `  (wd: ${shortened(shell, job.directory)})`;
  const ampersand = job.isBackground && !isStopped(job) && !isOver(job) ? ' &' : '';
  if (style === 'long') return longLines(job, head, ampersand + directory);
  const state = stateOfJob(job);
  return `${head} ${stateText(state).padEnd(stateWidth)}${job.text}${ampersand}${directory}\n`;
}

function longLines(job: Job, head: string, tail: string): string {
  const indent = ' '.repeat(head.length);
  const last = job.processes.length - 1;
  return job.processes
    .map((process, i) => {
      const lead = i === 0 ? head : indent;
      const text = job.processes.length === 1 ? job.text : `${i === 0 ? '' : '| '}${process.text}`;
      return `${lead}${pidText(process, i)} ${stateText(process.state).padEnd(stateWidth)}${text}${i === last ? tail : ''}\n`;
    })
    .join('');
}

function pidText(process: JobProcess, index: number): string {
  return index === 0 ? String(process.pid) : `${String(process.pid).padStart(6)}`;
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
  const process = job.processes.at(-1);
  const state = process?.state;
  if (process === undefined || state?.kind !== 'killed' || shell.flavour === 'dash') return dashNotice(shell, job);
  if (state.signal === SIGPIPE) return null;
  if (shell.isInteractive) return state.signal === SIGINT ? '\n' : `${stateText(state)}\n`;
  if (state.signal === SIGINT) return null;
  if (state.signal === SIGTERM) return `${stateText(state)}\n`;
  const pid = String(process.pid).padStart(5);
  return `${shell.prefix()}${pid} ${stateText(state).padEnd(stateWidth)}${job.text}\n`;
}

function dashNotice(shell: Shell, job: Job): string | null {
  const state = job.processes.at(-1)?.state;
  if (shell.flavour !== 'dash' || state?.kind !== 'killed') return null;
  if (state.signal === SIGINT || state.signal === SIGPIPE) return state.signal === SIGINT ? '\n' : null;
  return `${signalText(state.signal)}${state.core ? ' (core dumped)' : ''}\n`;
}
