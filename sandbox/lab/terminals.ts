import type { Disposable, Kernel, LabKernel } from '../../engine/kernel';
import type { FirstTerminal } from '../../lessons';
import type { ClientMessage, TerminalView } from '../protocol';
import type { Clock } from './clock';
import { LabError, messageOf } from './errors';
import type { Page } from './page';
import { LabTerminal, type TerminalInfo } from './terminal';

const maxTerminals = 16;
const startSize = { cols: 80, rows: 24 };
const environment = { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8' };

export interface TerminalsEvents {
  onInput(terminal: string, data: Uint8Array): void;
  onCommandStart(terminal: string, line: string): void;
  onCommandEnd(terminal: string, exitCode: number | null): void;
}

type OpenRequest = Extract<ClientMessage, { type: 'terminal.open' }>;

/** All terminals of a lab. Errors are `LabError`s for the page that asked. */
export class Terminals implements Disposable {
  readonly #terminals = new Map<string, LabTerminal>();
  readonly #opening = new Set<string>();
  #disposed = false;

  constructor(
    private kernel: LabKernel,
    /** Every page of the lab, whether attached to a terminal or not. */
    private readonly pages: ReadonlySet<Page>,
    private readonly clock: Clock,
    private readonly events: TerminalsEvents,
  ) {}

  views(): TerminalView[] {
    return [...this.#terminals.values()].filter((terminal) => !terminal.ended).map((terminal) => terminal.view);
  }

  /** Opens a terminal and tells all pages. Asking twice for the same one is harmless. */
  async open({ terminal: id, machine, user, cols, rows }: Omit<OpenRequest, 'type'>): Promise<void> {
    const known = this.#terminals.get(id);
    if (known && !known.ended && known.info.machine === machine && known.info.user === user) {
      return this.#announce(known.info);
    }
    if (known || this.#opening.has(id)) throw new LabError('busy', `there is a terminal "${id}" already`);
    if (this.#terminals.size + this.#opening.size >= maxTerminals) {
      throw new LabError('limit', `a lab has at most ${maxTerminals} terminals: close one first`);
    }
    this.#opening.add(id);
    try {
      await this.#start({ id, machine, user }, { cols, rows });
    } finally {
      this.#opening.delete(id);
    }
  }

  /** The terminals a lesson starts with. */
  async openFirst(terminals: readonly FirstTerminal[]): Promise<void> {
    await Promise.all(terminals.map((terminal) => this.open({ ...terminal, ...startSize })));
  }

  get(id: string): LabTerminal {
    const terminal = this.#terminals.get(id);
    if (!terminal) throw new LabError('unknown-terminal', `there is no terminal "${id}"`);
    return terminal;
  }

  /** For messages that may cross the terminal's end on their way. */
  find(id: string): LabTerminal | undefined {
    return this.#terminals.get(id);
  }

  leave(page: Page): void {
    for (const terminal of [...this.#terminals.values()]) terminal.detach(page);
  }

  /** The lab is about to go back, or has. */
  rewinding(on: boolean): void {
    for (const terminal of this.#terminals.values()) terminal.rewinding(on);
  }

  /** The Machines are about to go: see `moveTo`. */
  suspend(): void {
    for (const terminal of this.#terminals.values()) terminal.suspend();
  }

  /** New Machines: every terminal gets a new shell and keeps its number and its pages. */
  async moveTo(kernel: LabKernel): Promise<void> {
    this.kernel = kernel;
    await Promise.all(
      [...this.#terminals.values()].map(async (terminal) => {
        if (terminal.ended) return;
        const { machine, user } = terminal.info;
        terminal.replaceShell(await this.#openShell(machine, user, terminal.dimensions));
      }),
    );
  }

  dispose(): void {
    this.#disposed = true;
    for (const terminal of [...this.#terminals.values()]) terminal.dispose();
    this.#terminals.clear();
  }

  async #start(info: TerminalInfo, size: { cols: number; rows: number }): Promise<void> {
    const shell = await this.#openShell(info.machine, info.user, size);
    if (this.#disposed) {
      shell.close();
      throw new LabError('unavailable', 'the lab is ending');
    }
    const terminal = new LabTerminal(info, shell, size, this.clock, {
      onInput: (data) => this.events.onInput(info.id, data),
      onStart: (line) => this.events.onCommandStart(info.id, line),
      onEnd: (exitCode) => this.events.onCommandEnd(info.id, exitCode),
      onExit: (closed, attached) => {
        for (const page of this.pages) if (!attached.has(page)) page.send(closed);
      },
      onGone: () => {
        if (this.#terminals.get(info.id) === terminal) this.#terminals.delete(info.id);
      },
    });
    this.#terminals.set(info.id, terminal);
    this.#announce(info);
  }

  #announce({ id, machine, user }: TerminalInfo): void {
    for (const page of this.pages) page.send({ type: 'terminal.opened', terminal: id, machine, user });
  }

  async #openShell(machine: string, user: 'root' | 'learner', size: { cols: number; rows: number }) {
    try {
      return await this.#machine(machine).openTerminal({ ...size, user, env: environment });
    } catch (error) {
      if (error instanceof LabError) throw error;
      throw new LabError('unavailable', `the terminal could not be opened: ${messageOf(error)}`);
    }
  }

  #machine(id: string): Kernel {
    const machine = this.kernel.machines.get(id);
    if (!machine) throw new LabError('unknown-machine', `there is no Machine "${id}" in this lab`);
    return machine;
  }
}
