/**
 * Recordings played again in threads: as many at a time as there are threads, each in a bounded time and memory. Who hands
 * in a recording may have made it by hand: one that never ends costs its thread, and nobody else anything.
 */
import { Grade } from './grades';
import { Thread } from './thread';

export interface GraderOptions {
  threads: number;
  /** Memory a thread may hold. */
  megabytes: number;
  /** Time a recording may take, in milliseconds. */
  limitMs: number;
}

interface Job {
  text: string;
  resolve(grade: Grade): void;
}

/** Silence beyond a job's own limit: the thread was ended by then. */
const patienceBeyondMs = 60_000;

export class Graders {
  readonly #waiting: Job[] = [];
  readonly #idle: Grader[] = [];
  readonly #all = new Set<Grader>();

  constructor(private readonly options: GraderOptions) {}

  grade(text: string): Promise<Grade> {
    return new Promise((resolve) => {
      this.#waiting.push({ text, resolve });
      this.#next();
    });
  }

  /** Resolves when no thread is left; what was not graded by then is not graded. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all([...this.#all].map((grader) => grader.end('it was closed')));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const grader = this.#idle.pop() ?? (this.#all.size < this.options.threads ? this.#start() : null);
    const job = grader ? this.#waiting.shift() : undefined;
    if (grader && job) grader.take(job);
  }

  #start(): Grader {
    const grader = new Grader(this.options, {
      onDone: () => {
        this.#idle.push(grader);
        this.#next();
      },
      onEnd: () => {
        this.#all.delete(grader);
        const place = this.#idle.indexOf(grader);
        if (place !== -1) this.#idle.splice(place, 1);
        this.#next();
      },
    });
    this.#all.add(grader);
    return grader;
  }
}

class Grader {
  readonly #thread: Thread;
  #job: Job | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: GraderOptions,
    private readonly listener: { onDone(): void; onEnd(): void },
  ) {
    this.#thread = new Thread({
      module: new URL('./grading-entry.ts', import.meta.url),
      megabytes: options.megabytes,
      patienceMs: options.limitMs + patienceBeyondMs,
      onMessage: (message) => this.#done(Grade.parse(message)),
      onReady: () => this.#watch(),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  take(job: Job): void {
    this.#job = job;
    this.#thread.post(job.text);
    if (this.#thread.isReady) this.#watch();
  }

  end(reason: string): Promise<void> {
    return this.#thread.end(reason);
  }

  /** Loading the thread does not count. */
  #watch(): void {
    const { limitMs } = this.options;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.end(`it took longer than ${limitMs / 1000} s`), limitMs);
  }

  #done(grade: Grade): void {
    clearTimeout(this.#timer);
    this.#job?.resolve(grade);
    this.#job = null;
    this.listener.onDone();
  }

  #ended(reason: string): void {
    clearTimeout(this.#timer);
    const difference = `it could not be played to its end: ${reason}`;
    this.#job?.resolve({ kind: 'verdict', verdict: { ok: false, difference } });
    this.#job = null;
    this.listener.onEnd();
  }
}
