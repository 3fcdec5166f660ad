/** The terminal of a process in the foreground: its own, shown at the one the runtime was called at. */
import type { OwnTerminal, ProcessExit, ProgramProcess, WindowSize } from '../../kernel';
import type { TakesTerminal } from '../../runtime';

const SIGWINCH = 28;

export class Foreground implements TakesTerminal {
  #terminal: OwnTerminal | null = null;
  /** Over which the master comes. */
  #connection: number | null = null;
  #shown: Promise<void> = Promise.resolve();

  constructor(private readonly process: ProgramProcess) {}

  get size(): WindowSize {
    return this.#own.size;
  }

  connect(): number {
    const { descriptors } = this.process.system;
    const [ours, theirs] = descriptors.connection();
    this.#connection = ours;
    return theirs;
  }

  async take(): Promise<void> {
    if (this.#connection === null) return;
    const master = await this.process.system.descriptors.receive(this.#connection);
    this.#shown = this.#own.join(master);
  }

  /** Waits for the process, and until all that it has printed is shown. `send` gets the signals that are for it. */
  async attend(pid: number, exit: Promise<ProcessExit>, send: (signal: number) => void): Promise<ProcessExit> {
    const ended = await this.process.attend(pid, exit, (signal) => {
      if (signal === SIGWINCH && this.#terminal) this.#terminal.passSize();
      else send(signal);
    });
    await this.#shown;
    return ended;
  }

  /** The terminal is again as it was found. */
  dispose(): void {
    this.#terminal?.dispose();
    if (this.#connection !== null) this.process.system.descriptors.close(this.#connection);
    this.#terminal = null;
    this.#connection = null;
  }

  get #own(): OwnTerminal {
    this.#terminal ??= this.process.openTerminal();
    return this.#terminal;
  }
}
