/** Does the tasks of a lesson in a simulated lab, as its solutions say, and saves the recording that a page would. */
import { randomBytes } from 'node:crypto';
import { fillIn, type LessonDefinition, type Step } from '../../lessons';
import { createLabClient, type LabClient } from '../client';
import { createSimDriver } from '../drivers/sim';
import { type LessonFiles, systemClock } from '../lab';
import { createChannelPair } from './channel';

const keys = { 'C-c': '\x03', 'C-d': '\x04', 'C-z': '\x1a', Enter: '\r' } as const;
/** A step that has shown nothing for so long is over, or waits. */
const quietMs = 120;
const greenMs = 4000;
/** Times real time. */
const fast = 600;

export interface RecorderOptions {
  lesson: LessonDefinition;
  files: LessonFiles;
  learner: string;
  /**
   * Which of its ways a task is done by that no other builds on; the last one where there are fewer. Others are done by
   * their first: another may leave other names behind.
   */
  way: number;
  /** Goes on at work for so many minutes of the lab's time, a line a minute. */
  minutes?: number;
}

export async function record({ lesson, files, learner, way, minutes = 0 }: RecorderOptions): Promise<string> {
  const driver = createSimDriver({
    clock: systemClock,
    wallClock: () => Date.now(),
    newId: () => randomBytes(16).toString('hex'),
    lessonByNumber: () => lesson,
    readFiles: async () => files,
    times: { idleMs: null, totalMs: null, extensionMs: 0, extensions: 0 },
    graceMs: 1000,
    maxLabs: 1,
  });
  const client = createLabClient({
    lesson: lesson.number,
    learner,
    dial: async () => {
      const { page, lab } = createChannelPair();
      driver.serve(lab);
      return page;
    },
  });
  // Timers of a lab keep no process alive.
  const alive = setInterval(() => undefined, 1000);
  try {
    client.start();
    await until(() => client.getView().status.phase === 'ready');
    const desk = new Desk(client);
    for (const task of lesson.tasks) {
      const isBuiltOn = lesson.tasks.some(({ needs }) => needs?.includes(task.id));
      const chosen = isBuiltOn ? 0 : Math.min(way, task.solutions.length - 1);
      const solution = task.solutions[chosen] ?? task.solutions[0];
      await desk.follow(solution.steps);
      await until(() => client.getView().tasks.some(({ id, status }) => id === task.id && status === 'done'), greenMs);
    }
    if (minutes > 0) {
      client.setSpeed(fast);
      for (let minute = 0; minute < minutes; minute++) {
        client.terminal('t1').write('ls -l /etc | wc -l\r');
        await new Promise((resolve) => setTimeout(resolve, 60_000 / fast));
      }
    }
    return await client.exportRecording();
  } finally {
    clearInterval(alive);
    client.leave();
    await driver.dispose('The recording is done.');
    client.dispose();
  }
}

/** The terminals of a page, and who types at them. */
class Desk {
  readonly #open = new Set<string>();
  #lastOutputAt = 0;

  constructor(private readonly client: LabClient) {}

  async follow(steps: readonly Step[]): Promise<void> {
    let terminal = 't1';
    await this.#attach(terminal);
    for (const step of steps) {
      if (typeof step !== 'string' && 'terminal' in step) {
        terminal = step.terminal;
        if (!this.#open.has(terminal)) {
          const machine = step.machine ?? this.client.getView().machines[0]?.id ?? '';
          this.client.openTerminal({ id: terminal, machine, user: step.user ?? 'root', cols: 200, rows: 50 });
        }
        await this.#attach(terminal);
        continue;
      }
      const text = typeof step === 'string' ? `${fillIn(step, this.client.getView().vars)}\r` : keys[step.key];
      this.client.terminal(terminal).write(text);
      await this.#silence();
    }
  }

  async #attach(terminal: string): Promise<void> {
    if (this.#open.has(terminal)) return;
    this.#open.add(terminal);
    const noted = () => {
      this.#lastOutputAt = performance.now();
    };
    this.client.terminal(terminal).attach(
      {
        output: (_, drawn) => {
          noted();
          drawn();
        },
        skipped: noted,
      },
      { cols: 200, rows: 50 },
    );
    await this.#silence();
  }

  async #silence(): Promise<void> {
    this.#lastOutputAt = performance.now();
    await until(() => performance.now() - this.#lastOutputAt > quietMs);
  }
}

/** Resolves when it holds, or when the time is over: what then is missing, is missing in the recording. */
async function until(condition: () => boolean, ms = 30_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!condition() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 4));
}
