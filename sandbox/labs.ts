import type { KernelHost, LabLimits } from '../engine/kernel';
import type { LessonDefinition } from '../lessons';
import { type Clock, Lab, LabError, type LabOptions, type LessonFiles, type LimitOptions } from './lab';

export interface LabsOptions {
  host: KernelHost;
  lessonByNumber(number: string): LessonDefinition | undefined;
  readFiles(lesson: LessonDefinition): Promise<LessonFiles>;
  /** Labs at a time, booting ones included. */
  maxLabs: number;
  limits: LabLimits;
  times: LimitOptions;
  graceMs: number;
  clock: Clock;
  /** A name for a lab that nobody can guess. */
  newId(): string;
  onTaskChange: LabOptions['onTaskChange'];
  onMistake?: LabOptions['onMistake'];
}

/** The labs that run in this process. */
export class Labs {
  readonly #labs = new Map<string, Lab>();
  readonly #booting = new Set<Promise<Lab>>();
  #closed = false;

  constructor(private readonly options: LabsOptions) {}

  /** Running labs and those being booted. One that is being taken down leaves its place to the next. */
  get count(): number {
    return [...this.#labs.values()].filter((lab) => !lab.ended).length + this.#booting.size;
  }

  /** Throws `LabError`: `unknown-lesson`, `unavailable`, `busy`, `boot-failed`. */
  async create(number: string, learner: string): Promise<Lab> {
    const lesson = this.options.lessonByNumber(number);
    if (!lesson) throw new LabError('unknown-lesson', `there is no lesson "${number}" with a lab`);
    const availability = this.options.host.availability();
    if (this.#closed) throw new LabError('unavailable', 'the server is shutting down');
    if (!availability.available) throw new LabError('unavailable', availability.reason);
    if (this.count >= this.options.maxLabs) {
      throw new LabError('busy', `${this.count} labs are running, as many as this server takes: end one, or try later`);
    }
    const boot = this.#boot(lesson, learner);
    this.#booting.add(boot);
    try {
      const lab = await boot;
      if (!this.#closed) return lab;
      await lab.end('The server is shutting down.');
      throw new LabError('unavailable', 'the server is shutting down');
    } finally {
      this.#booting.delete(boot);
    }
  }

  /** The lab that page was in. Throws `unknown-lab`. */
  find(id: string, lesson: string): Lab {
    const lab = this.#labs.get(id);
    if (!lab || lab.ended || lab.lesson.number !== lesson) {
      throw new LabError(
        'unknown-lab',
        'The lab this page was in is no longer there: it ended, or the server was restarted.',
      );
    }
    return lab;
  }

  /** Ends every lab and takes no new ones; resolves when nothing is left of them. */
  async dispose(reason: string): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#booting);
    await Promise.allSettled([...this.#labs.values()].map((lab) => lab.end(reason)));
  }

  async #boot(lesson: LessonDefinition, learner: string): Promise<Lab> {
    const { host, limits, times, graceMs, clock, onTaskChange, onMistake } = this.options;
    const id = this.options.newId();
    const files = await this.options.readFiles(lesson);
    const lab = await Lab.boot({
      id,
      lesson,
      files,
      learner,
      host,
      limits,
      times,
      graceMs,
      clock,
      onTaskChange,
      ...(onMistake ? { onMistake } : {}),
      onEnd: () => this.#labs.delete(id),
    });
    if (!lab.ended) this.#labs.set(id, lab);
    return lab;
  }
}
