/** A terminal as programs have it: the slave side of a pseudo-terminal (pty(7)), its settings and its session. */
import type { Device } from '../abi/files';
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import { WaitQueue } from '../sched/wait-queue';
import { LineDiscipline } from './line-discipline';
import { TerminalOutput } from './output';
import { copyTermios, defaultTermios } from './termios';
import type { TerminalDevice, Termios, Winsize } from './types';

/** Major number of /dev/pts/N. */
export const ptsMajor = 136;
/** What is kept for the line discipline while it has no room. */
const backlogLimit = 8192;

export class Tty implements TerminalDevice {
  readonly device: Device;
  readonly name: string;
  session = 0;
  foreground = 0;
  readonly output = new TerminalOutput();
  readonly input: LineDiscipline;
  /** Room has come for what the master writes. */
  readonly masterWritable = new WaitQueue();
  /** The master is gone, or hung up: nothing more comes or goes. */
  hungUp = false;
  /** Open descriptions of the slave. */
  opened = 0;
  /** All of them were closed: the master reads EIO. */
  slaveClosed = false;
  #termios = defaultTermios();
  #winsize: Winsize = { rows: 0, cols: 0 };
  #backlog: Uint8Array[] = [];
  #backlogSize = 0;
  #onWritable: () => void = () => undefined;

  constructor(
    private readonly kernel: SimKernel,
    readonly index: number,
  ) {
    this.device = { major: ptsMajor, minor: index };
    this.name = `pts/${index}`;
    this.input = new LineDiscipline(
      this.output,
      () => this.#termios,
      (signal) => this.signalForeground(signal),
    );
  }

  get termios(): Termios {
    return this.#termios;
  }
  setTermios(termios: Termios): void {
    const { icanon } = this.#termios;
    this.#termios = copyTermios(termios);
    this.input.modeChanged(icanon);
    if (!termios.ixon) this.output.start();
    this.#refill();
  }

  get winsize(): Winsize {
    return this.#winsize;
  }
  /** SIGWINCH for the foreground group when it is another size. */
  resize(size: Winsize): void {
    if (size.rows === this.#winsize.rows && size.cols === this.#winsize.cols) return;
    this.#winsize = { rows: size.rows, cols: size.cols };
    this.signalForeground(signalNumbers.SIGWINCH);
  }

  signalForeground(signal: number): void {
    if (this.foreground !== 0) this.kernel.tasks.signalGroup(this.foreground, signal);
  }

  /** What its user types; answers how many bytes there was room for. */
  type(data: Uint8Array): number {
    if (this.hungUp) return data.length;
    const direct = this.#backlogSize === 0 ? this.input.receive(data) : 0;
    const kept = data.subarray(direct, direct + backlogLimit - this.#backlogSize);
    if (kept.length > 0) {
      this.#backlog.push(kept);
      this.#backlogSize += kept.length;
    }
    return direct + kept.length;
  }
  get roomForTyping(): number {
    return backlogLimit - this.#backlogSize;
  }
  onWritable(listener: () => void): void {
    this.#onWritable = listener;
  }

  /** What a program reads; undefined: nothing there yet. */
  take(count: number): Uint8Array | undefined {
    const bytes = this.input.take(count);
    if (bytes !== undefined) this.#refill();
    return bytes;
  }

  flushInput(): void {
    this.input.flush();
    this.#backlog = [];
    this.#backlogSize = 0;
    this.#wakeMaster();
  }

  /** Everybody who waits for it looks again. */
  hangUp(): void {
    this.hungUp = true;
    this.session = 0;
    this.foreground = 0;
    this.#backlog = [];
    this.#backlogSize = 0;
    this.input.flush();
    this.output.flush();
    this.input.readable.wake();
    this.output.readable.wake();
    this.#wakeMaster();
  }

  #refill(): void {
    if (this.#backlogSize === 0) return;
    while (this.#backlog.length > 0) {
      const [first] = this.#backlog;
      if (!first) break;
      const taken = this.input.receive(first);
      this.#backlogSize -= taken;
      if (taken < first.length) {
        this.#backlog[0] = first.subarray(taken);
        break;
      }
      this.#backlog.shift();
    }
    this.#wakeMaster();
  }

  #wakeMaster(): void {
    this.masterWritable.wake();
    this.#onWritable();
  }
}
