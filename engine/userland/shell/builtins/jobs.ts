/** jobs, fg, bg, wait, disown, kill: job control (bash(1), "JOB CONTROL"). */
import { type Blocking, isSysError, signalNumbers, strerror } from '../../../kernel/sim';
import { awaitForeground } from '../interp/foreground';
import { jobLine, noteSignal, reportKilled } from '../jobs/notices';
import { nameOfSignal, signalOfName, trapNameOf } from '../jobs/signals';
import { giveTerminal } from '../jobs/spawn';
import { collect, waitInterruptibly } from '../jobs/wait';
import { isOver, isRunning, isStopped, type Job, stateOfJob, stateText, statusOf } from '../state/jobs';
import type { Shell } from '../state/shell';
import { type Builtin, type BuiltinCall, complain, parseOptions, usage } from './support';
import { signalTable } from './trap';

/** `%1`, `%+`, `%-`, `%name`, `%?text`. */
function findJob(shell: Shell, spec: string): Job | 'ambiguous' | undefined {
  const text = spec.startsWith('%') ? spec.slice(1) : spec;
  if (text === '' || text === '%' || text === '+') return shell.jobs.current;
  if (text === '-') return shell.jobs.previous ?? shell.jobs.current;
  if (/^\d+$/.test(text)) return shell.jobs.byNumber(Number(text));
  const matches = shell.jobs.numbered.filter((job) =>
    text.startsWith('?') ? job.text.includes(text.slice(1)) : job.text.startsWith(text),
  );
  return matches.length > 1 ? 'ambiguous' : matches[0];
}

function jobFor(shell: Shell, call: BuiltinCall, spec: string): Job | null {
  const job = findJob(shell, spec);
  if (job === 'ambiguous') {
    complain(shell, call, `${spec.replace(/^%/, '')}: ambiguous job spec`);
    return null;
  }
  if (job === undefined) complain(shell, call, `${spec === '' ? 'current' : spec}: no such job`);
  return job ?? null;
}

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

export const wait: Builtin = function* (shell, call) {
  const status = yield* waitForJobs(shell, call);
  reportKilled(shell);
  return status;
};

function* waitForJobs(shell: Shell, call: BuiltinCall): Blocking<number> {
  const given = parseOptions(shell, call, 'fnp:');
  if (given === null) return 2;
  const variable = given.value('p');
  const note = (pid: number) => {
    if (variable !== null) shell.vars.set(variable, String(pid));
  };
  if (given.has('n')) return yield* waitForAny(shell, call, given.operands, note);
  if (given.operands.length === 0) {
    const own = () => shell.jobs.jobs.filter((job) => job.isBackground && !shell.jobs.isForeign);
    const done = yield* waitInterruptibly(shell, () => own().every((job) => !isRunning(job)));
    if (!done) return interruptedStatus(shell);
    if (!shell.isInteractive) {
      reportKilled(shell);
      for (const job of own()) if (isOver(job)) shell.jobs.remove(job);
    }
    return 0;
  }
  let status = 0;
  for (const operand of given.operands) status = yield* waitForOne(shell, call, operand, note);
  return status;
}

function interruptedStatus(shell: Shell): number {
  return 128 + (shell.pendingSignals[0] ?? signalNumbers.SIGINT);
}

function* waitForOne(shell: Shell, call: BuiltinCall, operand: string, note: (pid: number) => void): Blocking<number> {
  if (operand.startsWith('%')) {
    const job = jobFor(shell, call, operand);
    if (job === null) return 127;
    return yield* waitForThat(
      shell,
      job,
      () => !isRunning(job),
      () => statusOf(job.processes.at(-1)?.state ?? { kind: 'exited', code: 0 }),
    );
  }
  if (!/^\d+$/.test(operand)) {
    complain(shell, call, `\`${operand}': not a pid or valid job spec`);
    return 1;
  }
  const pid = Number(operand);
  const job = shell.jobs.isForeign ? undefined : shell.jobs.withProcess(pid);
  const process = job?.processes.find((candidate) => candidate.pid === pid);
  if (job === undefined || process === undefined) {
    const remembered = shell.jobs.isForeign ? undefined : shell.jobs.remembered.get(pid);
    if (remembered !== undefined) {
      note(pid);
      return remembered;
    }
    complain(shell, call, `pid ${pid} is not a child of this shell`);
    return 127;
  }
  note(pid);
  return yield* waitForThat(
    shell,
    job,
    () => process.state.kind !== 'running',
    () => statusOf(process.state),
  );
}

function* waitForThat(shell: Shell, job: Job, isDone: () => boolean, status: () => number): Blocking<number> {
  if (!(yield* waitInterruptibly(shell, isDone))) return isDone() ? status() : interruptedStatus(shell);
  const answer = status();
  if (isOver(job) && !shell.isInteractive) {
    reportKilled(shell);
    shell.jobs.remove(job);
  }
  return answer;
}

function* waitForAny(
  shell: Shell,
  call: BuiltinCall,
  specs: readonly string[],
  note: (pid: number) => void,
): Blocking<number> {
  const candidates: Job[] = [];
  for (const spec of specs) {
    const job = spec.startsWith('%') ? findJob(shell, spec) : shell.jobs.withProcess(Number(spec));
    if (job !== undefined && job !== 'ambiguous') candidates.push(job);
    else
      complain(shell, call, spec.startsWith('%') ? `${spec}: no such job` : `pid ${spec} is not a child of this shell`);
  }
  const watched = () => (specs.length > 0 ? candidates : shell.jobs.jobs.filter((job) => job.isBackground));
  if (watched().length === 0 || shell.jobs.isForeign) return 127;
  const finished = () => watched().find(isOver);
  if (!(yield* waitInterruptibly(shell, () => finished() !== undefined))) return interruptedStatus(shell);
  const job = finished();
  const last = job?.processes.at(-1);
  if (job === undefined || last === undefined) return 127;
  note(last.pid);
  shell.jobs.remove(job);
  return statusOf(last.state);
}

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

export const kill: Builtin = (shell, call) => {
  const args = [...call.args];
  let signal: number = signalNumbers.SIGTERM;
  const [first = ''] = args;
  if (first === '-l' || first === '-L') return listSignals(shell, call, args.slice(1));
  if (first === '-s' || first === '-n') {
    const name = args[1];
    if (name === undefined) {
      complain(shell, call, `${first}: option requires an argument`);
      return 1;
    }
    const number = signalNumber(name);
    if (number === null) return badSignal(shell, call, name);
    signal = number;
    args.splice(0, 2);
  } else if (first === '--') args.shift();
  else if (/^-./.test(first)) {
    const number = signalNumber(first.slice(1));
    if (number === null) return badSignal(shell, call, first.slice(1));
    signal = number;
    args.shift();
    if (args[0] === '--') args.shift();
  }
  if (args.length === 0) return usage(shell, call);
  let status = 1;
  for (const target of args) if (send(shell, call, target, signal)) status = 0;
  return status;
};

function signalNumber(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text) <= 64 ? Number(text) : null;
  const name = trapNameOf(text);
  if (name === 'EXIT') return 0;
  return name === null ? null : signalOfName(name);
}

function badSignal(shell: Shell, call: BuiltinCall, text: string): number {
  complain(shell, call, `${text}: invalid signal specification`);
  return 1;
}

function send(shell: Shell, call: BuiltinCall, target: string, signal: number): boolean {
  if (target.startsWith('%')) {
    const job = jobFor(shell, call, target);
    if (job === null) return false;
    if (job.hasOwnGroup) return deliver(shell, call, -job.group, signal, target, job);
    const alive = job.processes.filter(({ state }) => state.kind === 'running' || state.kind === 'stopped');
    return alive.map(({ pid }) => deliver(shell, call, pid, signal, target, job)).some((done) => done);
  }
  if (!/^-?\d+$/.test(target)) {
    complain(shell, call, `${target}: arguments must be process or job IDs`);
    return false;
  }
  return deliver(shell, call, Number(target), signal, target, undefined);
}

function deliver(
  shell: Shell,
  call: BuiltinCall,
  pid: number,
  signal: number,
  shown: string,
  job: Job | undefined,
): boolean {
  try {
    if (job) noteSignal(shell, job);
    shell.sys.kill(pid, signal);
    // A stopped job has to run to notice.
    if (job && isStopped(job) && (signal === signalNumbers.SIGTERM || signal === signalNumbers.SIGHUP)) {
      shell.sys.kill(pid, signalNumbers.SIGCONT);
    }
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    complain(shell, call, `(${job ? (job.processes[0]?.pid ?? shown) : shown}) - ${strerror(error.errno)}`);
    return false;
  }
}

function listSignals(shell: Shell, call: BuiltinCall, words: readonly string[]): number {
  if (words.length === 0) {
    shell.print(signalTable());
    return 0;
  }
  let status = 0;
  for (const word of words) {
    if (/^\d+$/.test(word)) {
      const number = Number(word) > 128 ? Number(word) - 128 : Number(word);
      const name = number === 0 ? 'EXIT' : nameOfSignal(number);
      if (name !== null) {
        shell.print(`${name.replace(/^SIG/, '')}\n`);
        continue;
      }
    } else {
      const number = signalNumber(word);
      if (number !== null) {
        shell.print(`${number}\n`);
        continue;
      }
    }
    complain(shell, call, `${word}: invalid signal specification`);
    status = 1;
  }
  return status;
}
