/** Jobs of a shell: pipelines it started, and what became of their processes (bash(1), "JOB CONTROL"). */
import { signalText } from '../../lib/signal-text';

export type ProcessState =
  | { kind: 'running' }
  | { kind: 'stopped'; signal: number }
  | { kind: 'exited'; code: number }
  | { kind: 'killed'; signal: number; core: boolean };

export interface JobProcess {
  pid: number;
  state: ProcessState;
  /** The stage as bash would print it. */
  text: string;
}

export interface Job {
  /** `%1`; 0 as long as it has no number (a foreground job that was never stopped). */
  number: number;
  /** Its process group, or that of the shell. */
  group: number;
  processes: JobProcess[];
  text: string;
  /** Started by `&`, or put there by `bg`. */
  isBackground: boolean;
  /** It has a process group of its own. */
  hasOwnGroup: boolean;
  /** What was said about it last: nothing new is said while it stays so. */
  reported: string | null;
  directory: string;
  /** Not killed by SIGHUP when the shell ends (`disown -h`). */
  keepsOnHangup: boolean;
  /** It was stopped in the foreground. */
  wasForeground: boolean;
  /** To be said before the next prompt. */
  notice: string;
}

export function isRunning(job: Job): boolean {
  return job.processes.some(({ state }) => state.kind === 'running');
}
export function isStopped(job: Job): boolean {
  return !isRunning(job) && job.processes.some(({ state }) => state.kind === 'stopped');
}
export function isOver(job: Job): boolean {
  return job.processes.every(({ state }) => state.kind === 'exited' || state.kind === 'killed');
}

/** `$?` of a process. */
export function statusOf(state: ProcessState): number {
  if (state.kind === 'exited') return state.code;
  return state.kind === 'running' ? 0 : 128 + state.signal;
}

export class JobTable {
  jobs: Job[] = [];
  /** They are those of the parent: they can be listed, not waited for. */
  isForeign = false;
  /** Numbers of jobs, the current one (`%+`) last. */
  #recency: number[] = [];
  /** Statuses of background processes that are gone, for `wait PID`. */
  readonly remembered = new Map<number, number>();

  get numbered(): Job[] {
    return this.jobs.filter(({ number }) => number > 0).sort((a, b) => a.number - b.number);
  }

  /** The first job of its own: those of the parent are gone. */
  forget(): void {
    this.jobs = [];
    this.#recency = [];
    this.isForeign = false;
  }

  add(job: Job, numbered: boolean): void {
    this.jobs.push(job);
    if (numbered) this.giveNumber(job);
  }

  giveNumber(job: Job): void {
    if (job.number > 0) return this.makeCurrent(job);
    job.number = 1 + Math.max(0, ...this.jobs.map(({ number }) => number));
    this.makeCurrent(job);
  }

  makeCurrent(job: Job): void {
    this.#recency = [...this.#recency.filter((number) => number !== job.number), job.number];
  }

  remove(job: Job): void {
    this.jobs = this.jobs.filter((other) => other !== job);
    if (job.number === 0) return;
    this.#recency = this.#recency.filter((number) => number !== job.number);
  }

  /** `%+`: the last one stopped, else the last one started. */
  get current(): Job | undefined {
    return this.#ranked()[0];
  }
  /** `%-`. */
  get previous(): Job | undefined {
    return this.#ranked()[1];
  }

  /** `+`, `-` or a blank. */
  markOf(job: Job): string {
    if (job === this.current) return '+';
    return job === this.previous ? '-' : ' ';
  }

  byNumber(number: number): Job | undefined {
    return this.jobs.find((job) => job.number === number);
  }

  withProcess(pid: number): Job | undefined {
    return this.jobs.findLast(({ processes }) => processes.some((process) => process.pid === pid));
  }

  #ranked(): Job[] {
    const recent = this.#recency.toReversed().flatMap((number) => this.byNumber(number) ?? []);
    return [...recent.filter(isStopped), ...recent.filter((job) => !isStopped(job))];
  }
}

/** The state as `jobs` prints it. */
export function stateText(state: ProcessState): string {
  switch (state.kind) {
    case 'running':
      return 'Running';
    case 'stopped':
      return state.signal === 20 ? 'Stopped' : signalText(state.signal);
    case 'exited':
      return state.code === 0 ? 'Done' : `Exit ${state.code}`;
    case 'killed':
      return signalText(state.signal) + (state.core ? ' (core dumped)' : '');
  }
}

/** The process that speaks for a job: the last one, or one that is still there. */
export function stateOfJob(job: Job): ProcessState {
  const last = job.processes.at(-1);
  const running = job.processes.find(({ state }) => state.kind === 'running');
  if (running) return running.state;
  const stopped = job.processes.find(({ state }) => state.kind === 'stopped');
  return (stopped ?? last)?.state ?? { kind: 'exited', code: 0 };
}
