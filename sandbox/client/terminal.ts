import type { ClientMessage, ServerMessage } from '../protocol';
import { inputWindowBytes, maxInputBytes } from '../windows';
import { ByteQueue } from './bytes';
import type { TerminalSink, TerminalStream, Unsubscribe } from './types';

/** Drawn bytes are acknowledged in pieces of this size: far below the lab's window, and no message a keystroke. */
const ackEveryBytes = 32 * 1024;

type Output = Extract<ServerMessage, { type: 'terminal.output' }>;
type Size = { cols: number; rows: number };

/** One terminal's bytes in both directions, across any number of connections. */
export class TerminalEnd implements TerminalStream {
  #sink: TerminalSink | null = null;
  #size: Size = { cols: 80, rows: 24 };
  /** Number of the next output byte to hand to the sink. */
  #received = 0;
  #acknowledged = 0;
  #input = new ByteQueue();
  /** Number of the next input byte to send on this connection. */
  #sent = 0;
  #online = false;

  constructor(
    readonly id: string,
    /** Names this page's input; the lab counts each page's bytes apart. */
    private readonly client: string,
    private readonly send: (message: ClientMessage) => void,
  ) {}

  get unsentBytes(): number {
    return this.#input.end - this.#input.start;
  }

  attach(sink: TerminalSink, size: Size): Unsubscribe {
    this.#sink = sink;
    this.#size = size;
    this.#received = 0;
    this.#acknowledged = 0;
    this.#sendAttach();
    return () => {
      if (this.#sink === sink) this.#sink = null;
    };
  }

  write(data: string | Uint8Array): void {
    this.#input.append(typeof data === 'string' ? new TextEncoder().encode(data) : data);
    this.#pump();
  }

  resize(cols: number, rows: number): void {
    if (cols === this.#size.cols && rows === this.#size.rows) return;
    this.#size = { cols, rows };
    if (this.#online) this.send({ type: 'terminal.resize', terminal: this.id, cols, rows });
  }

  /** The lab has this terminal and the connection is up: goes on where it was cut. */
  online(): void {
    this.#online = true;
    this.#sent = this.#input.start;
    this.#sendAttach();
    this.#pump();
  }

  offline(): void {
    this.#online = false;
  }

  /** Forgets everything: the lab this terminal belonged to is gone. */
  startOver(): void {
    this.#online = false;
    this.#received = 0;
    this.#acknowledged = 0;
    this.#sent = 0;
    this.#input = new ByteQueue();
  }

  /**
   * Takes what continues the bytes already here. What lies behind them was seen before; what lies ahead was on its way
   * when `attach` asked to start again, and will come once more.
   */
  receive({ offset, skipped, data }: Output): void {
    const sink = this.#sink;
    const end = offset + data.byteLength;
    if (offset - skipped > this.#received || end <= this.#received) return;
    if (!sink) {
      this.#received = end;
      this.#acknowledge(end);
      return;
    }
    if (offset > this.#received) sink.skipped(offset - this.#received);
    const fresh = data.subarray(Math.max(0, this.#received - offset));
    this.#received = end;
    sink.output(fresh, () => this.#acknowledge(end));
  }

  inputTaken(offset: number): void {
    this.#input.dropBefore(Math.min(offset, this.#input.end));
    this.#sent = Math.max(this.#sent, this.#input.start);
    this.#pump();
  }

  #sendAttach(): void {
    if (!this.#online || !this.#sink) return;
    this.#acknowledged = this.#received;
    this.send({ type: 'terminal.attach', terminal: this.id, from: this.#received, ...this.#size });
  }

  #acknowledge(offset: number): void {
    if (!this.#online || offset < this.#acknowledged + ackEveryBytes) return;
    this.#acknowledged = offset;
    this.send({ type: 'terminal.ack', terminal: this.id, offset });
  }

  #pump(): void {
    while (this.#online && this.#sent < this.#input.end && this.#sent - this.#input.start < inputWindowBytes) {
      const data = this.#input.read(this.#sent, maxInputBytes);
      this.send({ type: 'terminal.input', terminal: this.id, client: this.client, offset: this.#sent, data });
      this.#sent += data.byteLength;
    }
  }
}
