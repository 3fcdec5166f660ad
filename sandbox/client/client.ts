import type { ClientMessage, FileRequest, FileResult, ServerMessage } from '../protocol';
import { protocolVersion } from '../windows';
import { Connection } from './connection';
import { Requests } from './requests';
import { TerminalEnd } from './terminal';
import {
  type LabClient,
  type LabClientOptions,
  LabRequestError,
  type LabStatus,
  type LabView,
  type Unsubscribe,
} from './types';
import { initialView, nextView } from './view';

/** A client that is not connected yet: call `start()`. */
export function createLabClient(options: LabClientOptions): LabClient {
  return new Client(options);
}

class Client implements LabClient {
  #view: LabView;
  #lab: string | undefined;
  /** True once the lab answered `ready`: from then on, its disappearance is the end and not a reason for a new one. */
  #joined = false;
  readonly #listeners = new Set<() => void>();
  readonly #messageListeners = new Set<(message: ServerMessage) => void>();
  readonly #terminals = new Map<string, TerminalEnd>();
  /** Terminals asked for and not opened yet. */
  readonly #opening = new Map<string, Extract<ClientMessage, { type: 'terminal.open' }>>();
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #name: string;

  constructor(private readonly options: LabClientOptions) {
    this.#now = options.now ?? (() => performance.now());
    this.#random = options.random ?? Math.random;
    this.#name = Array.from({ length: 4 }, () => Math.floor(this.#random() * 36 ** 5).toString(36)).join('');
    this.#lab = options.lab;
    this.#view = initialView(options.lesson);
    this.#requests = new Requests((message) => this.#sendWhenReady(message));
    this.#connection = new Connection({
      dial: options.dial,
      setTimer: options.setTimer ?? startTimer,
      random: this.#random,
      onOpen: () => this.#sayHello(),
      onMessage: (message) => this.#receive(message),
      onCut: (attempt) => this.#cut(attempt),
    });
  }

  readonly getView = (): LabView => this.#view;

  readonly subscribe = (listener: () => void): Unsubscribe => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  onMessage(listener: (message: ServerMessage) => void): Unsubscribe {
    this.#messageListeners.add(listener);
    return () => this.#messageListeners.delete(listener);
  }

  start(): void {
    this.#connection.start();
  }

  restart(): void {
    this.#lab = undefined;
    this.#joined = false;
    this.#opening.clear();
    for (const terminal of this.#terminals.values()) terminal.startOver();
    this.#requests.end();
    this.#show(initialView(this.options.lesson));
    this.#connection.start();
  }

  dispose(): void {
    this.#connection.stop();
    this.#takeTerminalsOffline();
    this.#requests.end();
  }

  leave(): void {
    if (!this.#sendWhenReady({ type: 'lab.leave' })) this.#end({ phase: 'ended', reason: 'You left the lab.' });
  }

  reset(): void {
    this.#sendWhenReady({ type: 'lab.reset' });
  }

  extend(): void {
    this.#sendWhenReady({ type: 'lab.extend' });
  }

  setSpeed(speed: number): void {
    this.#sendWhenReady({ type: 'sim.speed', speed });
  }

  step(): void {
    this.#sendWhenReady({ type: 'sim.step' });
  }

  rewind(to: number): void {
    this.#sendWhenReady({ type: 'sim.rewind', to });
  }

  watchPackets(on: boolean): void {
    this.#sendWhenReady({ type: 'sim.packets', on });
  }

  async exportRecording(): Promise<string> {
    const answer = await this.#requests.ask({ type: 'sim.export' });
    if (answer.type !== 'sim.export') throw new LabRequestError('internal', 'The lab answered something else.');
    return answer.journal;
  }

  terminal(id: string): TerminalEnd {
    const known = this.#terminals.get(id);
    if (known) return known;
    const terminal = new TerminalEnd(id, this.#name, (message) => this.#connection.send(message));
    this.#terminals.set(id, terminal);
    if (this.#isReady() && this.#view.terminals.some((view) => view.terminal === id)) terminal.online();
    return terminal;
  }

  openTerminal(spec: Parameters<LabClient['openTerminal']>[0]): string {
    const { id = this.#freeTerminalId(), machine, user, cols, rows } = spec;
    const message = { type: 'terminal.open' as const, terminal: id, machine, user, cols, rows };
    this.#opening.set(id, message);
    this.#sendWhenReady(message);
    return id;
  }

  closeTerminal(id: string): void {
    this.#sendWhenReady({ type: 'terminal.close', terminal: id });
  }

  askHint(task: string): void {
    this.#sendWhenReady({ type: 'task.hint', task });
  }

  askSolution(task: string): void {
    this.#sendWhenReady({ type: 'task.solution', task });
  }

  async listFiles(machine: string, path: string) {
    const result = await this.#askFile({ op: 'list', machine, path });
    return result.op === 'list' ? result.entries : [];
  }

  async readFile(machine: string, path: string) {
    const result = await this.#askFile({ op: 'read', machine, path });
    return result.op === 'read' ? result.content : new Uint8Array();
  }

  async saveFile(machine: string, path: string, content: Uint8Array) {
    await this.#askFile({ op: 'write', machine, path, content });
  }

  async makeDirectory(machine: string, path: string) {
    await this.#askFile({ op: 'makeDirectory', machine, path });
  }

  async removeFile(machine: string, path: string) {
    await this.#askFile({ op: 'remove', machine, path });
  }

  async renameFile(machine: string, path: string, to: string) {
    await this.#askFile({ op: 'rename', machine, path, to });
  }

  async readJournal(from: number) {
    const answer = await this.#requests.ask({ type: 'journal.read', from });
    if (answer.type !== 'journal') throw new LabRequestError('internal', 'The lab answered something else.');
    return { entries: answer.entries, end: answer.end };
  }

  async #askFile(file: FileRequest): Promise<FileResult> {
    const answer = await this.#requests.ask({ type: 'file', file });
    if (answer.type !== 'file') throw new LabRequestError('internal', 'The lab answered something else.');
    return answer.result;
  }

  #sayHello(): void {
    const { lesson, learner } = this.options;
    this.#show({ ...this.#view, status: this.#joined ? this.#view.status : { phase: 'booting' } });
    const hello = { type: 'hello' as const, version: protocolVersion, lesson, learner };
    this.#connection.send(this.#lab === undefined ? hello : { ...hello, lab: this.#lab });
  }

  #receive(message: ServerMessage): void {
    if (message.type === 'error' && message.request === undefined && !this.#isReady()) this.#refused(message);
    else this.#apply(message);
    for (const listener of this.#messageListeners) listener(message);
  }

  #apply(message: ServerMessage): void {
    this.#show(nextView(this.#view, message, this.#now()));
    switch (message.type) {
      case 'ready':
        this.#ready(message);
        break;
      case 'terminal.opened':
        this.#opening.delete(message.terminal);
        this.terminal(message.terminal).online();
        break;
      case 'terminal.closed':
        this.#terminals.get(message.terminal)?.startOver();
        break;
      case 'terminal.output':
        this.#terminals.get(message.terminal)?.receive(message);
        break;
      case 'terminal.inputAck':
        if (message.client === this.#name) this.#terminals.get(message.terminal)?.inputTaken(message.offset);
        break;
      case 'file':
      case 'journal':
      case 'sim.export':
        this.#requests.answered(message);
        break;
      case 'error':
        this.#requests.refused(message);
        if (message.terminal !== undefined) this.#opening.delete(message.terminal);
        break;
      case 'lab.ended':
        this.#end({ phase: 'ended', reason: message.reason });
        break;
    }
  }

  #ready(message: Extract<ServerMessage, { type: 'ready' }>): void {
    if (this.#lab !== message.lab) for (const terminal of this.#terminals.values()) terminal.startOver();
    this.#lab = message.lab;
    this.#joined = true;
    const open = new Set(message.terminals.map((view) => view.terminal));
    for (const id of open) this.#opening.delete(id);
    for (const [id, terminal] of this.#terminals) {
      if (open.has(id)) terminal.online();
      else terminal.startOver();
    }
    for (const request of this.#opening.values()) this.#connection.send(request);
    this.#requests.online();
  }

  /** An answer to `hello` that is not `ready`. */
  #refused(error: Extract<ServerMessage, { type: 'error' }>): void {
    if (error.code !== 'unknown-lab') return this.#end({ phase: 'failed', code: error.code, reason: error.message });
    if (this.#joined) return this.#end({ phase: 'ended', reason: error.message });
    this.#lab = undefined;
    this.#sayHello();
  }

  #cut(attempt: number): void {
    this.#takeTerminalsOffline();
    this.#requests.cut();
    this.#show({ ...this.#view, status: { phase: 'waiting', attempt } });
  }

  #end(status: LabStatus): void {
    this.#connection.stop();
    this.#takeTerminalsOffline();
    this.#requests.end();
    this.#show({ ...this.#view, status });
  }

  #takeTerminalsOffline(): void {
    for (const terminal of this.#terminals.values()) terminal.offline();
  }

  #isReady(): boolean {
    return this.#view.status.phase === 'ready';
  }

  #sendWhenReady(message: ClientMessage): boolean {
    return this.#isReady() && this.#connection.send(message);
  }

  #freeTerminalId(): string {
    for (let number = 1; ; number++) {
      const id = `t${number}`;
      if (!this.#opening.has(id) && !this.#view.terminals.some((view) => view.terminal === id)) return id;
    }
  }

  #show(view: LabView): void {
    if (view === this.#view) return;
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

function startTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
