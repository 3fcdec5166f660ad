/** Somebody at a terminal of a simulated Machine, for tests: types, and waits for what is shown. */
import type { Kernel, KernelTerminal } from '../../engine/kernel';

const encoder = new TextEncoder();
const controls = /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;?]*[A-Za-z]|[\r\x01\x02]/g;
const prompt = /[#$] $/;

export class TerminalUser {
  readonly #decoder = new TextDecoder();
  #shown = '';

  private constructor(private readonly terminal: KernelTerminal) {
    terminal.onData((data) => {
      // Only the end of an endless output is of interest.
      this.#shown = (this.#shown + this.#decoder.decode(data, { stream: true })).slice(-100_000);
    });
  }

  /** Opens a login shell; resolves at its first prompt. */
  static async at(machine: Kernel): Promise<TerminalUser> {
    const user = new TerminalUser(await machine.openTerminal({ cols: 400, rows: 50 }));
    await user.#until(() => prompt.test(user.#text));
    return user;
  }

  /** Types a line; resolves with what it showed when there is a prompt again. */
  async run(line: string): Promise<string> {
    await this.begin(line);
    await this.#until(() => prompt.test(this.#text));
    return this.#text.split('\n').slice(1, -1).join('\n');
  }

  /** Types a line that is not waited for. */
  async begin(line: string): Promise<void> {
    this.#shown = '';
    await this.terminal.write(encoder.encode(`${line}\r`));
    await this.#until(() => this.#text.includes('\n'));
  }

  /** Types a line; resolves when that is shown, whatever else is. */
  async see(line: string, wanted: string): Promise<void> {
    await this.begin(line);
    await this.#until(() => this.#text.includes(wanted));
  }

  /** Ctrl-C; resolves when there is a prompt again. */
  async interrupt(): Promise<void> {
    this.#shown = '';
    await this.terminal.write(Uint8Array.of(3));
    await this.#until(() => prompt.test(this.#text));
  }

  get #text(): string {
    return this.#shown.replace(controls, '');
  }

  /** Without a limit of its own: how long that takes is the computer's business, and the test's limit. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
