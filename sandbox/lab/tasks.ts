import type { Disposable } from '../../engine/kernel';
import { fillIn, type LabHandle, type LessonDefinition, type Task, type Vars } from '../../lessons';
import type { TaskStatus, TaskView } from '../protocol';
import type { Clock } from './clock';
import { LabError, messageOf } from './errors';
import { WatchedPaths } from './handle';

type Status = TaskStatus['status'];

/** One write to a file is several events, which are looked at together. */
const debounceMs = 6;
const checkTimeoutMs = 2000;
const maxHintChars = 4000;

export interface TasksOptions {
  lesson: LessonDefinition;
  vars: Vars;
  clock: Clock;
  /** A handle on the newest state; what a check reads through it is noted in `watched`. */
  handle(watched: WatchedPaths | null): LabHandle;
  onChange(changed: TaskStatus[]): void;
  /** A check threw or took too long; the task stays as it was. */
  onError(task: string, message: string): void;
  /** Done already, when the lab goes on from an earlier moment. */
  done?: ReadonlySet<string>;
}

interface Entry {
  task: Task;
  status: Status;
  watched: WatchedPaths;
  /** `late` stays until the check that takes too long has ended after all: a check never runs beside itself. */
  run: 'none' | 'running' | 'late';
  /** Something changed while the check ran. */
  again: boolean;
  lastError: string | null;
}

/** Runs the checks of a lesson when something they depend on may have changed. */
export class Tasks implements Disposable {
  readonly #entries: Map<string, Entry>;
  #due = new Set<Entry>();
  #timer: Disposable | null = null;
  #disposed = false;

  constructor(private readonly options: TasksOptions) {
    this.#entries = new Map(
      options.lesson.tasks.map((task) => {
        const entry: Entry = {
          task,
          status: options.done?.has(task.id) ? 'done' : 'locked',
          run: 'none',
          again: false,
          lastError: null,
          watched: new WatchedPaths(() => this.#checkSoon(entry)),
        };
        return [task.id, entry];
      }),
    );
    for (const entry of this.#entries.values()) {
      if (entry.status !== 'done') entry.status = this.#isUnlocked(entry) ? 'open' : 'locked';
    }
  }

  views(): TaskView[] {
    return [...this.#entries.values()].map(({ task, status }) => ({
      id: task.id,
      title: fillIn(task.title, this.options.vars),
      points: task.points,
      needs: task.needs ?? [],
      challenge: task.challenge ?? false,
      status,
    }));
  }

  /**
   * The state changed: every check that could tell something new runs, at once. States come at a bounded rate, and an
   * edge task must see each of them.
   */
  stateChanged(): void {
    for (const entry of this.#entries.values()) this.#check(entry);
  }

  /** Resolves when no check is under way or about to begin: those that are due soon begin now. */
  async settled(): Promise<void> {
    for (;;) {
      this.#checkDue();
      if (![...this.#entries.values()].some(({ run }) => run === 'running')) return;
      await new Promise<void>((resolve) => this.options.clock.soon(resolve));
    }
  }

  /** The first hint that applies. Throws `unknown-task`. */
  async hint(id: string): Promise<{ hint: string; text: string }> {
    const { task } = this.#entry(id);
    const { vars } = this.options;
    const lab = this.options.handle(null);
    for (const hint of task.hints) {
      try {
        if (hint.when && !(await this.#inTime(hint.when(lab, vars)))) continue;
        const text = await this.#inTime(hint.text(lab, vars));
        return { hint: hint.id, text: fillIn(text, vars).slice(0, maxHintChars) };
      } catch (error) {
        this.options.onError(id, `hint ${hint.id}: ${messageOf(error)}`);
      }
    }
    throw new LabError('internal', `no hint of the task "${id}" could be made`);
  }

  /** Every accepted way as commands a person can type. Throws `unknown-task`. */
  solutions(id: string): Array<{ title: string; commands: string[] }> {
    return this.#entry(id).task.solutions.map(({ title, steps }) => ({
      title: fillIn(title, this.options.vars),
      commands: steps.map((step) => {
        if (typeof step === 'string') return fillIn(step, this.options.vars);
        if ('key' in step) return `# press ${step.key.replace('C-', 'Ctrl-')}`;
        return `# in terminal ${step.terminal}${step.machine ? ` on ${step.machine}` : ''}${step.user ? ` as ${step.user}` : ''}:`;
      }),
    }));
  }

  dispose(): void {
    this.#disposed = true;
    this.#timer?.dispose();
    for (const { watched } of this.#entries.values()) watched.dispose();
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new LabError('unknown-task', `this lesson has no task "${id}"`);
    return entry;
  }

  #checkSoon(entry: Entry): void {
    this.#due.add(entry);
    if (this.#disposed || this.#timer) return;
    this.#timer = this.options.clock.after(debounceMs, () => this.#checkDue());
  }

  #checkDue(): void {
    this.#timer?.dispose();
    this.#timer = null;
    const due = this.#due;
    this.#due = new Set();
    for (const each of due) this.#check(each);
  }

  /** A done edge task stays done; a locked one must wait, and will be looked at when it is unlocked. */
  #canChange({ task, status }: Entry): boolean {
    return status === 'open' || (status === 'done' && task.kind !== 'edge');
  }

  #isUnlocked({ task }: Entry): boolean {
    return (task.needs ?? []).every((need) => this.#entries.get(need)?.status === 'done');
  }

  #check(entry: Entry): void {
    if (this.#disposed || !this.#canChange(entry)) return;
    if (entry.run !== 'none') {
      entry.again = true;
      return;
    }
    entry.run = 'running';
    entry.again = false;
    entry.watched.beginRun();
    const check = runSafely(() => entry.task.check(this.options.handle(entry.watched), this.options.vars));
    const timer = this.options.clock.after(checkTimeoutMs, () => {
      entry.run = 'late';
      this.#fail(entry, `the check did not answer within ${checkTimeoutMs} ms`);
    });
    const settle = (conclude: () => void) => {
      timer.dispose();
      const wasLate = entry.run === 'late';
      entry.run = 'none';
      if (this.#disposed) return entry.watched.dispose();
      entry.watched.endRun();
      if (!wasLate) conclude();
      if (entry.again) this.#check(entry);
    };
    check.then(
      (isTrue) => settle(() => this.#conclude(entry, isTrue)),
      (error: unknown) => settle(() => this.#fail(entry, messageOf(error))),
    );
  }

  #conclude(entry: Entry, isTrue: boolean): void {
    const isDone = entry.status === 'done';
    entry.lastError = null;
    if (isTrue === isDone || !this.#canChange(entry)) return;
    entry.status = isTrue ? 'done' : this.#isUnlocked(entry) ? 'open' : 'locked';
    this.options.onChange([{ id: entry.task.id, status: entry.status }, ...this.#updateLocks()]);
  }

  /** A task that needs one that fell back is locked again, unless it is done itself. */
  #updateLocks(): TaskStatus[] {
    const changed: TaskStatus[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.status === 'done') continue;
      const status = this.#isUnlocked(entry) ? 'open' : 'locked';
      if (status === entry.status) continue;
      entry.status = status;
      changed.push({ id: entry.task.id, status });
      if (status === 'open') this.#check(entry);
    }
    return changed;
  }

  #fail(entry: Entry, message: string): void {
    if (this.#disposed || entry.lastError === message) return;
    entry.lastError = message;
    this.options.onError(entry.task.id, message);
  }

  #inTime<T>(value: T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.options.clock.after(checkTimeoutMs, () =>
        reject(new Error(`no answer within ${checkTimeoutMs} ms`)),
      );
      Promise.resolve(value)
        .then(resolve, reject)
        .finally(() => timer.dispose());
    });
  }
}

/** A check that throws at once is a rejected promise like any other. */
async function runSafely(check: () => boolean | Promise<boolean>): Promise<boolean> {
  return await check();
}
