import { randomBytes } from 'node:crypto';
import { converse } from '../conversation';
import type { LabOptions } from '../lab';
import { defaultLabLimits, defaultLimits } from '../lab';
import { systemClock } from '../lab/clock';
import { Labs, type LabsOptions } from '../labs';
import { type ClientMessage, protocolVersion, type ServerMessage } from '../protocol';
import { createChannelPair } from './channel';
import { TestClock } from './clock';
import { FakeHost, type FakeLabKernel } from './fake-kernel';
import { testLesson } from './lesson';

type Hello = Extract<ClientMessage, { type: 'hello' }>;
type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
type Change = Parameters<LabOptions['onTaskChange']>[0];

export function hello(options: Partial<Hello> = {}): Hello {
  return { type: 'hello', version: protocolVersion, lesson: testLesson.number, learner: 'learner-1', ...options };
}

/** Resolves once `condition` holds; rejects after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`still not true after 5 s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A page that sends what a test tells it to and keeps what it gets. */
export class TestPage {
  readonly messages: ServerMessage[] = [];
  readonly pair = createChannelPair();
  readonly #seen = new Map<string, number>();

  constructor(labs: Labs) {
    this.pair.page.onMessage((message) => this.messages.push(message));
    converse(labs, this.pair.lab);
  }
  send(message: ClientMessage): void {
    this.pair.page.send(message);
  }
  cut(): void {
    this.pair.cut();
  }
  /** Lets everything that was sent arrive. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  all<T extends ServerMessage['type']>(type: T): Array<Of<T>> {
    return this.messages.filter((message): message is Of<T> => message.type === type);
  }
  /** The newest message of a type, or the one at `index`. */
  last<T extends ServerMessage['type']>(type: T, index = -1): Of<T> {
    const message = this.all(type).at(index);
    if (!message) throw new Error(`no ${type} has come`);
    return message;
  }
  /** The next message of a type that was not asked for yet; or the `count`th there ever was. */
  async next<T extends ServerMessage['type']>(type: T, count = (this.#seen.get(type) ?? 0) + 1): Promise<Of<T>> {
    this.#seen.set(type, count);
    await until(() => this.all(type).length >= count);
    return this.last(type, count - 1);
  }
}

/** Labs on the fake kernel; long times pass on a clock of their own, short ones as usual. */
export function createTestLabs(options: Partial<LabsOptions> = {}) {
  const host = new FakeHost();
  const clock = new TestClock();
  const changes: Change[] = [];
  const create = () =>
    new Labs({
      host,
      lessonByNumber: (number) => (number === testLesson.number ? testLesson : undefined),
      readFiles: async () => ({}),
      maxLabs: 100,
      limits: defaultLabLimits,
      times: defaultLimits,
      graceMs: 10 * 60_000,
      // Debouncing and patience are real; minutes are not.
      clock: {
        now: () => clock.now() + systemClock.now(),
        after: (ms, run) => (ms < 10_000 ? systemClock : clock).after(ms, run),
        soon: systemClock.soon,
      },
      newId: () => randomBytes(16).toString('hex'),
      onTaskChange: (change) => changes.push(change),
      ...options,
    });
  let labs = create();
  const connect = () => new TestPage(labs);
  return {
    host,
    clock,
    changes,
    driver: {
      get count() {
        return labs.count;
      },
    },
    get labs() {
      return labs;
    },
    connect,
    async open(lab?: string): Promise<TestPage> {
      const page = connect();
      page.send(hello(lab === undefined ? {} : { lab }));
      await page.next('ready');
      return page;
    },
    kernel(): FakeLabKernel {
      const kernel = host.labs.at(-1);
      if (!kernel) throw new Error('nothing was booted');
      return kernel;
    },
    /** Ends everything; the next test starts with nothing. */
    async end(): Promise<void> {
      await labs.dispose('The test is over.');
      host.labs.length = 0;
      host.failure = null;
      changes.length = 0;
      labs = create();
    },
  };
}
