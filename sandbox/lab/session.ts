import { type Disposable, KernelError } from '../../engine/kernel';
import type { ClientMessage, LabChannel, ServerMessage } from '../protocol';
import type { Clock } from './clock';
import { LabError, messageOf } from './errors';
import type { Page } from './page';
import type { SimulationRequest } from './simulated';
import { type Observation, StateFeed } from './state-feed';
import type { LabTerminal } from './terminal';

/** Requests of one page that may be under way at a time. */
const maxRequests = 32;

/** What a page may do with a lab; `Lab` implements it. */
export interface LabServices {
  readonly clock: Clock;
  /** Somebody did something: the lab is not idle. */
  touch(): void;
  openTerminal(request: Extract<ClientMessage, { type: 'terminal.open' }>): Promise<void>;
  /** Throws `unknown-terminal`. */
  terminal(id: string): LabTerminal;
  findTerminal(id: string): LabTerminal | undefined;
  answerFile(request: Extract<ClientMessage, { type: 'file' }>): Promise<ServerMessage>;
  readJournal(request: Extract<ClientMessage, { type: 'journal.read' }>): ServerMessage;
  hint(task: string): Promise<ServerMessage>;
  solution(task: string): ServerMessage;
  extend(): void;
  /** Simulated labs only; `unavailable` otherwise. */
  simulate(page: Page, request: SimulationRequest): void;
  rewind(to: number): Promise<void>;
  exportJournal(request: Extract<ClientMessage, { type: 'sim.export' }>): Promise<ServerMessage>;
  reset(): Promise<void>;
  end(reason: string): Promise<void>;
}

/** One page's part in a lab: does what the page asks for and answers what it refuses. */
export class Session implements Page, Disposable {
  readonly #feed: StateFeed;
  #requests = 0;

  constructor(
    private readonly lab: LabServices,
    private readonly channel: LabChannel,
  ) {
    this.#feed = new StateFeed(channel, lab.clock);
  }

  send(message: ServerMessage): void {
    this.channel.send(message);
  }

  /** Everything a page needs to begin with, or to begin again. */
  welcome(ready: ServerMessage, now: Omit<Observation, 'patch'>): void {
    this.send(ready);
    this.#feed.snapshot(now);
  }

  stateChanged(observation: Observation): void {
    this.#feed.update(observation);
  }

  receive(message: ClientMessage): void {
    try {
      this.#handle(message);
    } catch (error) {
      this.#refuse(message, error);
    }
  }

  dispose(): void {
    this.#feed.dispose();
  }

  #handle(message: ClientMessage): void {
    if (message.type !== 'terminal.ack') this.lab.touch();
    switch (message.type) {
      case 'hello':
        throw new LabError('bad-message', 'hello was said already; open another connection for another lab');
      case 'terminal.open':
        return this.#later(message, () => this.lab.openTerminal(message));
      case 'terminal.attach':
        return this.lab.terminal(message.terminal).attach(this, message.from, message.cols, message.rows);
      case 'terminal.input':
        return this.lab.terminal(message.terminal).type(this, message.client, message.offset, message.data);
      case 'terminal.ack':
        return this.lab.findTerminal(message.terminal)?.acknowledge(this, message.offset);
      case 'terminal.resize':
        return this.lab.findTerminal(message.terminal)?.resize(message.cols, message.rows);
      case 'terminal.close':
        return this.lab.terminal(message.terminal).close();
      case 'file':
        return this.#later(message, () => this.lab.answerFile(message));
      case 'task.hint':
        return this.#later(message, () => this.lab.hint(message.task));
      case 'task.solution':
        return this.send(this.lab.solution(message.task));
      case 'journal.read':
        return this.send(this.lab.readJournal(message));
      case 'lab.extend':
        return this.lab.extend();
      case 'sim.speed':
      case 'sim.step':
      case 'sim.packets':
        return this.lab.simulate(this, message);
      case 'sim.rewind':
        return this.#later(message, () => this.lab.rewind(message.to));
      case 'sim.export':
        return this.#later(message, () => this.lab.exportJournal(message));
      case 'lab.reset':
        return this.#later(message, () => this.lab.reset());
      case 'lab.leave':
        return this.#later(message, () => this.lab.end('You left the lab.'));
    }
  }

  /** Sends the answer when it is there. */
  #later(message: ClientMessage, work: () => Promise<ServerMessage | void>): void {
    if (this.#requests >= maxRequests) {
      throw new LabError('limit', `more than ${maxRequests} requests at once: wait for answers`);
    }
    this.#requests += 1;
    work()
      .then((answer) => answer && this.send(answer))
      .catch((error: unknown) => this.#refuse(message, error))
      .finally(() => {
        this.#requests -= 1;
      });
  }

  #refuse(message: ClientMessage, error: unknown): void {
    this.send(refusal(message, error));
  }
}

function refusal(message: ClientMessage, error: unknown): ServerMessage {
  const about = {
    ...('request' in message ? { request: message.request } : {}),
    ...('terminal' in message ? { terminal: message.terminal } : {}),
  };
  const code = error instanceof LabError ? error.code : error instanceof KernelError ? 'file' : 'internal';
  return { type: 'error', code, message: messageOf(error), ...about };
}
