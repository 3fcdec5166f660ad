import type { Disposable, KernelTerminal } from '../../engine/kernel';
import type { ServerMessage, TerminalView } from '../protocol';
import type { Clock } from './clock';
import { type CommandEvents, CommandMarks } from './commands';
import { LabError } from './errors';
import { InputAcks } from './input-acks';
import { InputQueue } from './input-queue';
import { OutputFlow } from './output-flow';
import type { Page } from './page';

export interface TerminalInfo {
  id: string;
  machine: string;
  user: 'root' | 'learner';
}

export interface TerminalEvents extends CommandEvents {
  /** Bytes a page typed, after duplicates were skipped. */
  onInput(data: Uint8Array): void;
  /** The shell ended. `attached` pages are told once they have all of its output; the others are to be told now. */
  onExit(closed: ServerMessage, attached: ReadonlySet<Page>): void;
  /** Every attached page has been told: nothing is left of the terminal. */
  onGone(): void;
}

/** ESC c, "reset to initial state" (ECMA-48 RIS): clears the screens when a new Machine takes over. */
const clearScreen = new TextEncoder().encode('\x1bc');

/** One terminal of the lab and the pages that look at it. */
export class LabTerminal implements Disposable {
  readonly #output: OutputFlow;
  readonly #acks: InputAcks;
  readonly #input: InputQueue;
  readonly #marks: CommandMarks;
  #isRewinding = false;
  /** The pages that typed here, by the name they number their input under. */
  readonly #typists = new Map<string, Page>();
  #subscriptions: Disposable[] = [];
  /** What pages are told when they have seen everything; null while the shell lives. */
  #closed: ServerMessage | null = null;

  constructor(
    readonly info: TerminalInfo,
    private shell: KernelTerminal,
    private size: { cols: number; rows: number },
    clock: Clock,
    private readonly events: TerminalEvents,
  ) {
    this.#output = new OutputFlow(info.id, clock, shell, (page) => this.#tellIfEnded(page));
    this.#acks = new InputAcks(clock, (client, offset) => {
      this.#typists.get(client)?.send({ type: 'terminal.inputAck', terminal: info.id, client, offset });
    });
    this.#input = new InputQueue(
      (data) => this.shell.write(data),
      (client, offset) => this.#acks.taken(client, offset),
    );
    this.#marks = new CommandMarks(size.cols, {
      onStart: (line) => this.#isRewinding || events.onStart(line),
      onEnd: (exitCode) => this.#isRewinding || events.onEnd(exitCode),
    });
    this.#listen();
  }

  get view(): TerminalView {
    const { id, machine, user } = this.info;
    return { terminal: id, machine, user, start: this.#output.start, end: this.#output.end };
  }

  get ended(): boolean {
    return this.#closed !== null;
  }

  /** Columns and rows it was last given. */
  get dimensions(): { cols: number; rows: number } {
    return this.size;
  }

  attach(page: Page, from: number, cols: number, rows: number): void {
    this.resize(cols, rows);
    this.#output.attach(page, from);
  }

  detach(page: Page): void {
    this.#output.detach(page);
    for (const [client, typist] of this.#typists) {
      if (typist !== page) continue;
      this.#typists.delete(client);
      this.#acks.forget(client);
    }
    this.#goWhenTold();
  }

  acknowledge(page: Page, offset: number): void {
    this.#output.acknowledge(page, offset);
  }

  /** Throws `bad-message` for a gap and `limit` when too much waits. */
  type(page: Page, client: string, offset: number, data: Uint8Array): void {
    this.#typists.set(client, page);
    const answer = this.#input.accept(client, offset, data);
    if (answer.ok) {
      if (answer.fresh.byteLength > 0) this.events.onInput(answer.fresh);
      return;
    }
    if (answer.reason === 'gap') {
      throw new LabError(
        'bad-message',
        `input from byte ${offset} does not follow byte ${answer.expected}, the next expected`,
      );
    }
    throw new LabError('limit', 'the terminal takes no more input: wait for acknowledgements');
  }

  resize(cols: number, rows: number): void {
    if (cols === this.size.cols && rows === this.size.rows) return;
    this.size = { cols, rows };
    this.#marks.resize(cols);
    if (!this.ended) this.shell.resize(cols, rows);
  }

  /** The Machine is about to be replaced: the end of this shell is not the end of the terminal. */
  suspend(): void {
    this.#unlisten();
  }

  /** The Machine was replaced: the same terminal goes on with a new shell. Numbering goes on, too. */
  replaceShell(shell: KernelTerminal): void {
    this.#unlisten();
    this.shell = shell;
    this.#marks.reset();
    this.#input.reset();
    this.#output.append(clearScreen);
    this.#output.replaceSource(shell);
    this.#listen();
  }

  close(): void {
    this.shell.close();
  }

  /** While the lab goes back it shows again what it showed by then: no command of that begins now. */
  rewinding(on: boolean): void {
    if (on) this.#marks.reset();
    this.#isRewinding = on;
  }

  dispose(): void {
    this.#unlisten();
    this.#output.dispose();
    this.#input.reset();
    this.#acks.dispose();
    if (!this.ended) this.shell.close();
  }

  #listen(): void {
    this.#subscriptions = [
      this.shell.onData((data) => {
        this.#output.append(data);
        this.#marks.feed(data);
      }),
      this.shell.onExit((exit) => this.#end(exit)),
    ];
  }

  #unlisten(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }

  #end(exit: { exitCode: number | null; signal: string | null }): void {
    const closed: ServerMessage = { type: 'terminal.closed', terminal: this.info.id, ...exit };
    this.#closed = closed;
    this.#input.reset();
    const attached = new Set(this.#output.pages);
    this.events.onExit(closed, attached);
    for (const page of attached) if (this.#output.isDrained(page)) this.#tellIfEnded(page);
    this.#goWhenTold();
  }

  #tellIfEnded(page: Page): void {
    if (!this.#closed) return;
    page.send(this.#closed);
    this.#output.detach(page);
    this.#goWhenTold();
  }

  #goWhenTold(): void {
    if (this.ended && [...this.#output.pages].length === 0) this.events.onGone();
  }
}
