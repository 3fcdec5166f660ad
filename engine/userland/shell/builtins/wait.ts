/** wait: until jobs or processes have ended (bash(1)). */
import { type Blocking, signalNumbers } from '../../../kernel/sim';
import { reportJobs } from '../jobs/notices';
import { waitInterruptibly } from '../jobs/wait';
import { isOver, isRunning, type Job, statusOf } from '../state/jobs';
import type { Shell } from '../state/shell';
import { findJob, jobFor } from './job-spec';
import { type Builtin, type BuiltinCall, complain, parseOptions } from './support';

export const wait: Builtin = function* (shell, call) {
  const status = yield* waitForJobs(shell, call);
  reportJobs(shell);
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
      reportJobs(shell);
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
    reportJobs(shell);
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
  if (!shell.isInteractive) reportJobs(shell);
  shell.jobs.remove(job);
  return statusOf(last.state);
}
