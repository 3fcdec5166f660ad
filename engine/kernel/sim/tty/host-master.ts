/** The master side of a terminal for somebody outside of the lab, who never waits. */
import type { Tty } from './tty';

export interface PtyMaster {
  /** `pts/0` */
  readonly name: string;
  /** Path in the Machine: `/dev/pts/0`. */
  readonly slavePath: string;
  onOutput(listener: (data: Uint8Array) => void): void;
  /** Called when there may be room again after `write` took less than all. */
  onWritable(listener: () => void): void;
  /** How many bytes were taken. */
  write(data: Uint8Array): number;
  resize(cols: number, rows: number): void;
  /** While paused nothing is given out: programs that write wait as soon as the buffer is full. */
  setPaused(on: boolean): void;
  hangup(): void;
}

export class HostMaster implements PtyMaster {
  readonly name: string;
  readonly slavePath: string;
  #listener: ((data: Uint8Array) => void) | null = null;
  #paused = false;

  constructor(
    private readonly tty: Tty,
    private readonly close: () => void,
  ) {
    this.name = tty.name;
    this.slavePath = `/dev/${tty.name}`;
  }

  onOutput(listener: (data: Uint8Array) => void): void {
    this.#listener = listener;
    this.#connect();
  }
  onWritable(listener: () => void): void {
    this.tty.onWritable(listener);
  }
  write(data: Uint8Array): number {
    return this.tty.type(data);
  }
  resize(cols: number, rows: number): void {
    this.tty.resize({ rows, cols });
  }
  setPaused(on: boolean): void {
    if (this.#paused === on) return;
    this.#paused = on;
    this.#connect();
  }
  hangup(): void {
    this.close();
  }

  #connect(): void {
    this.tty.output.setConsumer(this.#paused ? null : this.#listener);
    if (!this.#paused) this.tty.output.writable.wake();
  }
}
