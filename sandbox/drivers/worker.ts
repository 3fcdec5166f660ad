/**
 * The `worker` driver: simulated labs in threads of the server, for workshops and for browsers that cannot run them. A
 * thread has few labs, so that few are lost with it; what becomes of one does not touch the server or the others.
 */
import { randomBytes } from 'node:crypto';
import { LabError, type LabOptions, messageOf } from '../lab';
import type { ClientMessage, LabChannel } from '../protocol';
import { type HostSettings, readHostSettings, readThreadSettings, type ThreadSettings } from '../settings';
import { LabThread } from '../threads/lab-thread';
import type { Driver } from './driver';

type Hello = Extract<ClientMessage, { type: 'hello' }>;

export interface WorkerDriverOptions {
  onTaskChange?: LabOptions['onTaskChange'];
  /** A mistake of the simulator's own, or a thread that ended before its time: for the server's log. */
  onMistake?(text: string): void;
  /** From the environment by default. */
  settings?: HostSettings;
  threads?: ThreadSettings;
  /** What runs in a thread; `threads/labs-entry.ts` by default. */
  module?: URL;
}

export function createWorkerDriver(options: WorkerDriverOptions = {}): Driver {
  const threads = new LabThreads(options);
  return {
    name: 'worker',
    availability: () => ({ available: true }),
    get count() {
      return threads.count;
    },
    /** The first thread is there before the first learner. Nothing outlives a thread. */
    prepare: async () => {
      threads.warm();
      return [];
    },
    serve(channel) {
      let pass: ((message: ClientMessage) => void) | null = null;
      channel.onMessage((message) => {
        try {
          if (pass) pass(message);
          else pass = threads.greet(channel, message);
        } catch (error) {
          const code = error instanceof LabError ? error.code : 'internal';
          channel.send({ type: 'error', code, message: messageOf(error) });
        }
      });
    },
    dispose: (reason) => threads.dispose(reason),
  };
}

class LabThreads {
  readonly #threads = new Map<string, LabThread>();
  readonly #settings: HostSettings;
  readonly #limits: ThreadSettings;
  #closed = false;

  constructor(private readonly options: WorkerDriverOptions) {
    this.#settings = options.settings ?? readHostSettings(process.env);
    this.#limits = options.threads ?? readThreadSettings(process.env);
  }

  get count(): number {
    return [...this.#threads.values()].reduce((sum, { count }) => sum + count, 0);
  }

  warm(): void {
    if (this.#threads.size === 0) this.#start();
  }

  /** Throws `LabError`: `bad-message`, `unknown-lab`, `busy`, `unavailable`. */
  greet(channel: LabChannel, message: ClientMessage): (message: ClientMessage) => void {
    if (message.type !== 'hello') throw new LabError('bad-message', `say hello first, not ${message.type}`);
    if (this.#closed) throw new LabError('unavailable', 'the server is shutting down');
    return this.#threadFor(message).take(channel, message);
  }

  async dispose(reason: string): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads.values()].map((thread) => thread.dispose(reason)));
  }

  #threadFor({ lab }: Hello): LabThread {
    if (lab !== undefined) return this.#threadOf(lab);
    if (this.count >= this.#settings.maxLabs) {
      throw new LabError('busy', `${this.count} labs are running, as many as this server takes: end one, or try later`);
    }
    return [...this.#threads.values()].find(({ isFull }) => !isFull) ?? this.#start();
  }

  #threadOf(lab: string): LabThread {
    const thread = this.#threads.get(lab.slice(0, lab.indexOf('-')));
    if (thread) return thread;
    throw new LabError(
      'unknown-lab',
      'The lab this page was in is no longer there: it ended, or the server was restarted.',
    );
  }

  #start(): LabThread {
    const { onTaskChange, onMistake, module } = this.options;
    const { maxLabs, graceMs, times } = this.#settings;
    const { labsPerThread, megabytes, patienceMs } = this.#limits;
    const name = randomBytes(4).toString('hex');
    const thread = new LabThread({
      module: module ?? new URL('../threads/labs-entry.ts', import.meta.url),
      data: { name, maxLabs: Math.min(labsPerThread, maxLabs), graceMs, times },
      megabytes,
      patienceMs,
      onTaskChange: onTaskChange ?? (() => undefined),
      onMistake: onMistake ?? (() => undefined),
      onEnd: (reason) => {
        this.#threads.delete(name);
        if (!this.#closed) onMistake?.(`a thread with simulated labs has ended: ${reason}`);
      },
    });
    this.#threads.set(name, thread);
    return thread;
  }
}
