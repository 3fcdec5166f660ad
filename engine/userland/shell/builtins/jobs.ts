/** jobs, fg, bg, disown: job control (bash(1), "JOB CONTROL"). */
import { isSysError, signalNumbers } from '../../../kernel/sim';
import { awaitForeground } from '../interp/foreground';
import { jobLine } from '../jobs/notices';
import { giveTerminal } from '../jobs/spawn';
import { collect } from '../jobs/wait';
import { isOver, isRunning, isStopped, type Job, stateOfJob, stateText } from '../state/jobs';
import type { Shell } from '../state/shell';
import { findJob, jobFor } from './job-spec';
import { type Builtin, complain, parseOptions } from './support';

export const jobs: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, 'lpnrsx');
  if (given === null) return 2;
  if (given.has('x')) {
    const words = given.operands.map((word) => {
      const job = word.startsWith('%') ? findJob(shell, word) : undefined;
      return job === undefined || job === 'ambiguous' ? word : String(job.group || job.processes[0]?.pid);
    });
    return yield* shell.interpreter.runWords(shell, words);
  }
  if (!shell.jobs.isForeign) yield* collect(shell);
  const chosen: Job[] = [];
  let status = 0;
  for (const spec of given.operands) {
    const job = jobFor(shell, call, spec);
    if (job) chosen.push(job);
    else status = 1;
  }
  const list = given.operands.length > 0 ? chosen : shell.jobs.numbered;
  for (const job of list) {
    if (given.has('r') && !isRunning(job)) continue;
    if (given.has('s') && !isStopped(job)) continue;
    const state = stateText(stateOfJob(job));
    if (given.has('n') && job.reported === state) continue;
    if (given.has('p')) shell.print(`${job.processes[0]?.pid ?? 0}\n`);
    else shell.print(jobLine(shell, job, given.has('l') ? 'long' : 'short'));
    job.reported = state;
  }
  for (const job of list) if (isOver(job)) shell.jobs.remove(job);
  return status;
};

export const fg: Builtin = function* (shell, call) {
  if (!shell.controlsJobs) {
    complain(shell, call, 'no job control');
    return 1;
  }
  const [spec = ''] = call.args[0] === '--' ? call.args.slice(1) : call.args;
  const job = jobFor(shell, call, spec);
  if (job === null) return 1;
  if (isOver(job)) {
    complain(shell, call, 'job has terminated');
    return 1;
  }
  shell.print(`${job.text}${directoryNote(shell, job)}\n`);
  yield* shell.flush();
  job.isBackground = false;
  job.reported = null;
  if (shell.terminal >= 0) giveTerminal(shell.sys, shell.terminal, job.group);
  resume(shell, job);
  return yield* awaitForeground(shell, job);
};

function directoryNote(shell: Shell, job: Job): string {
  const here = shell.vars.get('PWD') ?? '';
  return job.directory === here ? '' : `\t(wd: ${job.directory})`;
}

/** Sends SIGCONT to all of it. */
function resume(shell: Shell, job: Job): void {
  for (const process of job.processes) if (process.state.kind === 'stopped') process.state = { kind: 'running' };
  try {
    shell.sys.kill(-job.group, signalNumbers.SIGCONT);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

export const bg: Builtin = (shell, call) => {
  if (!shell.controlsJobs) {
    complain(shell, call, 'no job control');
    return 1;
  }
  const specs = call.args.filter((arg) => arg !== '--');
  let status = 0;
  for (const spec of specs.length > 0 ? specs : ['']) {
    const job = jobFor(shell, call, spec);
    if (job === null) {
      status = 1;
      continue;
    }
    if (isRunning(job)) {
      complain(shell, call, `job ${job.number} already in background`);
      continue;
    }
    job.isBackground = true;
    job.wasForeground = false;
    job.reported = 'Running';
    const mark = shell.jobs.markOf(job);
    shell.print(`[${job.number}]${mark} ${job.text} &${directoryNote(shell, job)}\n`);
    resume(shell, job);
  }
  return status;
};

export const disown: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'ahr');
  if (given === null) return 2;
  let list: Job[] = [];
  let status = 0;
  if (given.operands.length > 0) {
    for (const spec of given.operands) {
      const job = /^\d+$/.test(spec) ? shell.jobs.withProcess(Number(spec)) : jobFor(shell, call, spec);
      if (job) list.push(job);
      else {
        if (/^\d+$/.test(spec)) complain(shell, call, `${spec}: no such job`);
        status = 1;
      }
    }
  } else if (given.has('a') || given.has('r'))
    list = shell.jobs.numbered.filter((job) => !given.has('r') || isRunning(job));
  else {
    const { current } = shell.jobs;
    if (current === undefined) {
      complain(shell, call, 'current: no such job');
      return 1;
    }
    list = [current];
  }
  for (const job of list) {
    if (given.has('h')) job.keepsOnHangup = true;
    else shell.jobs.remove(job);
  }
  return status;
};
