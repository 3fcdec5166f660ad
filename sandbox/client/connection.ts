import type { ClientMessage, PageChannel, ServerMessage } from '../protocol';
import type { Dial } from './types';

const firstDelayMs = 100;
const longestDelayMs = 5000;

export interface ConnectionOptions {
  dial: Dial;
  setTimer: (run: () => void, ms: number) => () => void;
  random: () => number;
  onOpen(): void;
  onMessage(message: ServerMessage): void;
  /** The connection is gone, or could not be made; the next try follows by itself. `attempt` counts from 1. */
  onCut(attempt: number): void;
}

/** Keeps one channel open: dials again, with growing pauses, until stopped. */
export class Connection {
  #channel: PageChannel | null = null;
  #attempt = 0;
  #cancelTimer: (() => void) | null = null;
  /** Changes with every start and stop, so that a late answer of an abandoned dial is known as such. */
  #epoch = 0;

  constructor(private readonly options: ConnectionOptions) {}

  start(): void {
    this.stop();
    this.#attempt = 0;
    this.#dial(this.#epoch);
  }

  stop(): void {
    this.#epoch += 1;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const channel = this.#channel;
    this.#channel = null;
    channel?.close();
  }

  /** False when there is no connection; the message is not kept. */
  send(message: ClientMessage): boolean {
    this.#channel?.send(message);
    return this.#channel !== null;
  }

  #dial(epoch: number): void {
    this.options.dial().then(
      (channel) => this.#opened(epoch, channel),
      () => this.#cut(epoch),
    );
  }

  #opened(epoch: number, channel: PageChannel): void {
    if (epoch !== this.#epoch) {
      channel.close();
      return;
    }
    this.#channel = channel;
    channel.onClose(() => {
      if (this.#channel !== channel) return;
      this.#channel = null;
      this.#cut(epoch);
    });
    channel.onMessage((message) => {
      if (this.#channel !== channel) return;
      if (message.type === 'ready') this.#attempt = 0;
      this.options.onMessage(message);
    });
    this.options.onOpen();
  }

  #cut(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#attempt += 1;
    const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(this.#attempt - 1, 10));
    this.#cancelTimer = this.options.setTimer(() => this.#dial(epoch), longest * (0.5 + this.options.random() / 2));
    this.options.onCut(this.#attempt);
  }
}
