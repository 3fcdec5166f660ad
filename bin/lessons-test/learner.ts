/** A learner in a lab of their own: sees what a page sees, does what a page can do. */
import type { LabState } from '../../engine/state';
import { fillIn, type Step } from '../../lessons';
import type { Driver, ServerMessage } from '../../sandbox';
import { createLabClient, type LabClient } from '../../sandbox/client';
import { createChannelPair } from './channel';
import { Keyboard, sleep } from './keyboard';

const bootMs = 30_000;
const answerMs = 10_000;
const lookEveryMs = 4;
/** The terminal a lesson starts with. */
const firstTerminal = 't1';

type Status = 'locked' | 'open' | 'done';

export class Learner {
  readonly #client: LabClient;
  readonly #keyboards = new Map<string, Keyboard>();
  readonly #greenAt = new Map<string, number>();
  #ended: string | null = null;
  /** The command that began last, and lab time of its end once it has one. */
  #command: { startedAt: number; endedAt: number | null } | null = null;
  #problem: string | null = null;
  #terminal = firstTerminal;

  constructor(driver: Driver, lesson: string, name: string) {
    this.#client = createLabClient({
      lesson,
      learner: name,
      dial: async () => {
        const { page, lab } = createChannelPair();
        driver.serve(lab);
        return page;
      },
    });
    this.#client.onMessage((message) => this.#note(message));
  }

  /** Boots the lab; resolves at the first prompt. */
  async begin(): Promise<void> {
    this.#client.start();
    const { getView } = this.#client;
    await this.#until(() => !['connecting', 'booting'].includes(getView().status.phase), bootMs);
    const { status } = getView();
    if (status.phase !== 'ready') {
      throw new Error(`the lab did not start: ${'reason' in status ? status.reason : status.phase}`);
    }
    await this.#keyboard(firstTerminal).ready();
  }

  status(task: string): Status | undefined {
    return this.#client.getView().tasks.find(({ id }) => id === task)?.status;
  }

  /** Tasks that are done. */
  get done(): string[] {
    return this.#client
      .getView()
      .tasks.filter(({ status }) => status === 'done')
      .map(({ id }) => id);
  }

  get state(): LabState {
    return this.#client.getView().state;
  }

  /** Types the steps, starting at the first terminal. `afterEach` runs when a step is over. */
  async type(steps: readonly Step[], afterEach: () => Promise<void> = async () => undefined): Promise<void> {
    this.#terminal = firstTerminal;
    for (const step of steps) {
      if (typeof step !== 'string' && 'terminal' in step) {
        await this.#goTo(step);
        continue;
      }
      const keyboard = this.#keyboard(this.#terminal);
      if (typeof step === 'string') await keyboard.line(fillIn(step, this.#client.getView().vars));
      else await keyboard.key(step.key);
      if (this.#ended !== null) throw new Error(`the lab ended: ${this.#ended}`);
      await afterEach();
    }
  }

  /** True as soon as the task is done; false when it is not within `ms`. */
  becomesGreen(task: string, ms: number): Promise<boolean> {
    return this.#until(() => this.status(task) === 'done', ms);
  }

  /** Milliseconds from the end of the command that came before, to green; 0 when it was green while that still ran. */
  delayOf(task: string): number | null {
    const greenAt = this.#greenAt.get(task);
    if (greenAt === undefined || !this.#command) return null;
    return Math.max(0, greenAt - (this.#command.endedAt ?? greenAt));
  }

  async hint(task: string): Promise<{ hint: string; text: string }> {
    const before = this.#client.getView().hints[task];
    this.#client.askHint(task);
    const answer = () => this.#client.getView().hints[task];
    if (!(await this.#until(() => answer() !== before, answerMs))) throw new Error('no hint came');
    return answer() ?? { hint: '', text: '' };
  }

  /** Errors of checks that the lab wrote into its journal. */
  async checkErrors(): Promise<string[]> {
    const errors: string[] = [];
    for (let from = 0; ; ) {
      const { entries, end } = await this.#client.readJournal(from);
      for (const { event } of entries) {
        if (event.kind === 'check.error') errors.push(`the check of ${event.task} failed: ${event.message}`);
      }
      from = (entries.at(-1)?.seq ?? end) + 1;
      if (from >= end) return errors;
    }
  }

  /** What all terminals have shown, and what the lab complained about. */
  transcript(): string {
    const screens = [...this.#keyboards].map(([id, { transcript }]) => `--- terminal ${id}\n${transcript.trimEnd()}`);
    return [...screens, ...(this.#problem === null ? [] : [`--- the lab says: ${this.#problem}`])].join('\n');
  }

  /** Leaves; resolves when the lab says that it is over. */
  async leave(): Promise<void> {
    this.#client.leave();
    await this.#until(() => this.#ended !== null, answerMs);
    this.#client.dispose();
  }

  async #goTo(step: { terminal: string; machine?: string; user?: 'root' | 'learner' }): Promise<void> {
    this.#terminal = step.terminal;
    const known = this.#keyboards.get(step.terminal);
    if (known && !known.closed) return;
    this.#keyboards.delete(step.terminal);
    const machine = step.machine ?? this.#client.getView().machines[0]?.id ?? '';
    this.#client.openTerminal({ id: step.terminal, machine, user: step.user ?? 'root', cols: 200, rows: 50 });
    await this.#keyboard(step.terminal).ready();
  }

  #keyboard(id: string): Keyboard {
    const known = this.#keyboards.get(id);
    if (known) return known;
    const keyboard = new Keyboard(this.#client.terminal(id));
    this.#keyboards.set(id, keyboard);
    return keyboard;
  }

  #note(message: ServerMessage): void {
    switch (message.type) {
      case 'command.started':
        this.#command = { startedAt: message.at, endedAt: null };
        break;
      case 'command.ended':
        if (this.#command) this.#command.endedAt = message.at;
        break;
      case 'task.status':
        for (const { id, status } of message.tasks) if (status === 'done') this.#greenAt.set(id, message.at);
        break;
      case 'terminal.closed':
        this.#keyboards.get(message.terminal)?.close();
        break;
      case 'error':
        this.#problem = message.message;
        break;
      case 'lab.ended':
        this.#ended = message.reason;
        break;
    }
  }

  async #until(condition: () => boolean, ms: number): Promise<boolean> {
    const deadline = performance.now() + ms;
    while (!condition()) {
      if (performance.now() > deadline) return false;
      await sleep(lookEveryMs);
    }
    return true;
  }
}
