/**
 * A thread of this process with a ceiling on its memory, that is watched: one that dies, holds more than it may or does
 * not answer any more ends, and whoever owns it is told why. What runs in it has no environment variables.
 */
import { type MessagePort, type TransferListItem, Worker } from 'node:worker_threads';
import { z } from 'zod';

export interface ThreadOptions {
  /** What runs in it; begins with `reportTo`. */
  module: URL;
  data?: unknown;
  megabytes: number;
  /** A thread that was silent for so long, in milliseconds, hangs. */
  patienceMs: number;
  onMessage(message: unknown): void;
  /** Its code is loaded. */
  onReady?(): void;
  /** Once, when it is over; `reason` is for a person. */
  onEnd(reason: string): void;
}

const reportEveryMs = 1000;
/** Loading the simulator compiles it the first time. */
const startMs = 120_000;
const Report = z.object({ type: z.literal('report'), bytes: z.number() });

export class Thread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #timer: NodeJS.Timeout;
  #reason: string | null = null;
  #isReady = false;

  constructor(private readonly options: ThreadOptions) {
    const { module, data, megabytes } = options;
    this.#worker = new Worker(new URL('./entry.mjs', import.meta.url), {
      workerData: { module: module.href, data },
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
    });
    this.#timer = this.#waitFor(startMs);
    this.#worker.on('message', (message: unknown) => this.#heard(message));
    this.#worker.on('error', (error) => {
      this.#reason ??= inWords(error, megabytes);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        clearTimeout(this.#timer);
        options.onEnd(this.#reason ?? `it ended with code ${code}`);
        resolve();
      });
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  post(message: unknown, transfer: TransferListItem[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Resolves when nothing is left of it. */
  async end(reason: string): Promise<void> {
    this.#reason ??= reason;
    await this.#worker.terminate();
    await this.#exited;
  }

  #heard(message: unknown): void {
    clearTimeout(this.#timer);
    this.#timer = this.#waitFor(this.options.patienceMs);
    if (!this.#isReady) {
      this.#isReady = true;
      this.options.onReady?.();
    }
    const report = Report.safeParse(message);
    if (!report.success) return this.options.onMessage(message);
    const { megabytes } = this.options;
    if (report.data.bytes > megabytes << 20) void this.end(`it held more than ${megabytes} MB`);
  }

  #waitFor(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.end(`it did not answer for ${ms / 1000} s`), ms).unref();
  }
}

/** The thread's own side: says that it is alive, and how much it holds. */
export function reportTo(parent: MessagePort): void {
  const report = () => {
    // `external` are the contents of arrays of bytes, which V8's own limit does not count.
    const { heapUsed, external } = process.memoryUsage();
    parent.postMessage({ type: 'report', bytes: heapUsed + external });
  };
  report();
  setInterval(report, reportEveryMs).unref();
}

function inWords(error: unknown, megabytes: number): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return `it held more than ${megabytes} MB`;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
