import type { Disposable, KernelHost, LabKernel, LabLimits, LabSpec, Mistake } from '../../engine/kernel';
import type { LabState } from '../../engine/state';
import { firstTerminals, type LessonDefinition, type Vars } from '../../lessons';
import type { ClientMessage, LabChannel, ServerMessage, TaskStatus } from '../protocol';
import { protocolVersion } from '../windows';
import type { Clock } from './clock';
import { LabError, messageOf } from './errors';
import { exportJournal } from './export-journal';
import { answerFile } from './files';
import { createLabHandle } from './handle';
import { LabTime } from './lab-time';
import type { Page } from './page';
import { planFor } from './plan';
import { LabRecord } from './record';
import { type LabServices, Session } from './session';
import { mistakeInWords, PacketFeed, type SimulationRequest, simulationOf } from './simulated';
import { Tasks } from './tasks';
import { Terminals } from './terminals';
import { type LimitOptions, TimeLimits } from './time-limits';
import type { LessonFiles } from './topology';

export interface LabOptions {
  /** Unique and hard to guess: knowing it is the right to join. */
  id: string;
  lesson: LessonDefinition;
  files: LessonFiles;
  learner: string;
  host: KernelHost;
  limits: LabLimits;
  times: LimitOptions;
  /** How long the lab waits for a page when there is none, in milliseconds. */
  graceMs: number;
  clock: Clock;
  onTaskChange(change: {
    learner: string;
    lesson: string;
    task: string;
    status: TaskStatus['status'];
    points: number;
  }): void;
  /** What a simulated lab's kernel threw, for whoever is to mend it; its pages are told in words. */
  onMistake?(error: unknown): void;
  /** The lab is over and nothing is left of it. */
  onEnd(): void;
}

/** A lesson being done: its Machines, its pages, its tasks and its record. */
export class Lab implements LabServices {
  readonly clock: Clock;
  readonly #sessions = new Set<Session>();
  readonly #time: LabTime;
  readonly #record: LabRecord;
  readonly #packets: PacketFeed;
  readonly #terminals: Terminals;
  readonly #times: TimeLimits;
  #tasks: Tasks;
  #subscriptions: Disposable[] = [];
  #grace: Disposable | null = null;
  #resetting = false;
  #ending: Promise<void> | null = null;

  /** Boots the Machines and opens the first terminals. Rejects with `LabError` `boot-failed`. */
  static async boot(options: LabOptions): Promise<Lab> {
    const { vars, spec } = planFor(options.lesson, options);
    const kernel = await boot(options.host, spec);
    const lab = new Lab(options, vars, spec, kernel);
    try {
      await lab.#terminals.openFirst(firstTerminals(options.lesson));
    } catch (error) {
      await lab.end('The lab could not be started.');
      throw new LabError('boot-failed', messageOf(error));
    }
    return lab;
  }

  private constructor(
    private readonly options: LabOptions,
    readonly vars: Vars,
    private readonly spec: LabSpec,
    private kernel: LabKernel,
  ) {
    this.clock = options.clock;
    this.#time = new LabTime(this.clock, kernel.simulation);
    this.#record = new LabRecord(this.#time);
    this.#packets = new PacketFeed(
      this.clock,
      { fromSimulation: (ns) => this.#record.fromClock(this.#time.fromSimulation(ns)) },
      kernel.simulation,
    );
    this.#record.observe(kernel.state);
    this.#terminals = new Terminals(kernel, this.#sessions, this.clock, {
      onInput: (terminal, data) => this.#record.noteInput(terminal, data),
      onCommandStart: (terminal, line) => this.#commandStarted(terminal, line),
      onCommandEnd: (terminal, exitCode) => this.#commandEnded(terminal, exitCode),
    });
    this.#times = new TimeLimits(options.times, this.clock, {
      onWarning: (warning) => this.#tell({ type: 'lab.times', times: this.#times.times(), warning }),
      onEnd: (reason) => void this.end(reason),
    });
    this.#tasks = this.#startTasks();
    this.#observe();
    this.#planGrace();
  }

  get id(): string {
    return this.options.id;
  }
  get lesson(): LessonDefinition {
    return this.options.lesson;
  }
  get ended(): boolean {
    return this.#ending !== null;
  }

  join(channel: LabChannel, resumed: boolean): Session {
    const session = new Session(this, channel);
    this.#sessions.add(session);
    this.#grace?.dispose();
    this.#grace = null;
    this.#welcome(session, resumed);
    return session;
  }

  /** The page is gone; the lab stays for a while. */
  leave(session: Session): void {
    if (!this.#sessions.delete(session)) return;
    session.dispose();
    this.#terminals.leave(session);
    this.#packets.tell(session, false);
    this.#planGrace();
  }

  touch(): void {
    this.#times.touch();
  }

  openTerminal(request: Extract<ClientMessage, { type: 'terminal.open' }>): Promise<void> {
    return this.#whileUp(() => this.#terminals.open(request));
  }

  terminal(id: string) {
    return this.#terminals.get(id);
  }

  findTerminal(id: string) {
    return this.#terminals.find(id);
  }

  async answerFile({ request, file }: Extract<ClientMessage, { type: 'file' }>): Promise<ServerMessage> {
    const result = await this.#whileUp(() => answerFile(this.kernel, file));
    return { type: 'file', request, result };
  }

  readJournal({ request, from }: Extract<ClientMessage, { type: 'journal.read' }>): ServerMessage {
    return { type: 'journal', request, ...this.#record.read(from) };
  }

  async hint(task: string): Promise<ServerMessage> {
    const { hint, text } = await this.#whileUp(() => this.#tasks.hint(task));
    this.#record.note({ kind: 'hint', task, hint });
    return { type: 'task.hint', task, hint, text };
  }

  solution(task: string): ServerMessage {
    const ways = this.#tasks.solutions(task);
    this.#record.note({ kind: 'solution', task });
    return { type: 'task.solution', task, ways };
  }

  extend(): void {
    if (!this.#times.extend()) throw new LabError('limit', 'this lab cannot be extended again');
    this.#record.note({ kind: 'lab', text: 'extended' });
    this.#tell({ type: 'lab.times', times: this.#times.times(), warning: this.#times.warning });
  }

  simulate(page: Page, request: SimulationRequest): void {
    const simulation = simulationOf(this.kernel);
    if (request.type === 'sim.packets') return this.#packets.tell(page, request.on);
    if (request.type === 'sim.step') simulation.step();
    else simulation.setSpeed(request.speed);
    this.#tell({ type: 'sim.time', at: this.#record.at(), speed: simulation.time.speed });
  }

  /** Between two steps: in the middle of one is no moment that can be reached again. */
  async exportJournal({ request }: Extract<ClientMessage, { type: 'sim.export' }>): Promise<ServerMessage> {
    const { lesson, learner, limits } = this.options;
    const simulation = simulationOf(this.kernel);
    const recording = await simulation.between(() => {
      const tasks = Object.fromEntries(this.#tasks.views().map(({ id, status }) => [id, status]));
      const facts = { lesson: lesson.number, lab: this.id, learner, limits, tasks };
      return exportJournal(simulation, this.kernel.state, facts);
    });
    return { type: 'sim.export', request, journal: JSON.stringify(recording) };
  }

  /** Back to a moment of lab time, in milliseconds, and on from there. */
  rewind(to: number): Promise<void> {
    return this.#whileUp(async () => {
      const simulation = simulationOf(this.kernel);
      if (to > this.#record.at()) throw new LabError('bad-message', 'that moment has not come yet');
      this.#unobserve();
      this.#terminals.rewinding(true);
      try {
        await simulation.rewind(this.#time.toSimulation(this.#record.toClock(to)));
        this.#record.rewind(this.#record.at());
        this.#tell({ type: 'sim.rewound', at: this.#record.at() });
      } finally {
        this.#terminals.rewinding(false);
        this.#tasks = this.#startTasks(this.#record.done());
        this.#observe();
      }
      for (const session of this.#sessions) this.#welcome(session, true);
    });
  }

  /** New Machines in the place of the old ones. When they cannot be had, the lab ends. */
  async reset(): Promise<void> {
    if (this.#resetting) throw new LabError('busy', 'the lab is being reset already');
    this.#resetting = true;
    try {
      await this.#replaceMachines();
    } catch (error) {
      await this.end(`The lab could not be reset: ${messageOf(error)}`);
    } finally {
      this.#resetting = false;
      // It may have ended meanwhile, when the new Machines were not there yet to be taken down.
      if (this.ended) await this.kernel.dispose();
    }
    if (this.ended) return;
    this.#record.note({ kind: 'lab', text: 'reset' });
    this.#tasks = this.#startTasks();
    this.#observe();
    for (const session of this.#sessions) this.#welcome(session, true);
  }

  /** Takes everything down; resolves when nothing is left. */
  end(reason: string): Promise<void> {
    this.#ending ??= this.#takeDown(reason);
    return this.#ending;
  }

  async #takeDown(reason: string): Promise<void> {
    this.#record.note({ kind: 'lab', text: `ended: ${reason}` });
    this.#tell({ type: 'lab.ended', reason });
    this.#grace?.dispose();
    this.#times.dispose();
    this.#unobserve();
    this.#packets.dispose();
    this.#terminals.dispose();
    for (const session of this.#sessions) session.dispose();
    this.#sessions.clear();
    try {
      await this.kernel.dispose();
    } finally {
      this.options.onEnd();
    }
  }

  async #replaceMachines(): Promise<void> {
    this.#unobserve();
    this.#terminals.suspend();
    await this.kernel.dispose();
    if (this.ended) return;
    this.kernel = await boot(this.options.host, this.spec);
    this.#time.replace(this.kernel.simulation);
    this.#packets.replace(this.kernel.simulation);
    if (this.ended) return;
    await this.#terminals.moveTo(this.kernel);
    await this.#terminals.openFirst(firstTerminals(this.lesson));
  }

  /** `done`: what was done at the moment the lab goes on from. */
  #startTasks(done: ReadonlySet<string> = new Set()): Tasks {
    const tasks = new Tasks({
      done,
      lesson: this.lesson,
      vars: this.vars,
      clock: this.clock,
      handle: (watched) => createLabHandle(this.kernel, this.#record.state, watched),
      onChange: (changed) => this.#tasksChanged(changed),
      onError: (task, message) => this.#record.note({ kind: 'check.error', task, message }),
    });
    tasks.stateChanged();
    return tasks;
  }

  #observe(): void {
    this.#subscriptions = [
      this.kernel.onState((state) => this.#stateChanged(state)),
      this.kernel.onExit((machine) => void this.end(`The Machine "${machine}" has stopped: its init ended.`)),
      ...(this.kernel.simulation ? [this.kernel.simulation.onMistake((mistake) => this.#mistaken(mistake))] : []),
    ];
    this.#stateChanged(this.kernel.state);
  }

  #unobserve(): void {
    this.#tasks.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }

  /** Keeps a new state and tells everyone of it. */
  #stateChanged(state: LabState): void {
    const observation = this.#record.observe(state);
    if (!observation) return;
    for (const session of this.#sessions) session.stateChanged(observation);
    if (observation.portsChanged) this.#tell({ type: 'ports', ports: this.#record.ports });
    this.#tasks.stateChanged();
  }

  #mistaken(mistake: Mistake): void {
    const message = mistakeInWords(mistake);
    this.options.onMistake?.(mistake.error);
    this.#record.note({ kind: 'lab', text: message });
    if (mistake.process === null) void this.end(message);
    else this.#tell({ type: 'error', code: 'internal', message });
  }

  #tasksChanged(changed: TaskStatus[]): void {
    this.#tell({ type: 'task.status', at: this.#record.at(), tasks: changed });
    for (const { id, status } of changed) {
      this.#record.note({ kind: 'task', task: id, status });
      const points = this.lesson.tasks.find((task) => task.id === id)?.points ?? 0;
      this.options.onTaskChange({
        learner: this.options.learner,
        lesson: this.lesson.number,
        task: id,
        status,
        points,
      });
    }
  }

  #commandStarted(terminal: string, line: string): void {
    const { at } = this.#record.note({ kind: 'command', terminal, line });
    this.#tell({ type: 'command.started', at, terminal, line });
  }

  #commandEnded(terminal: string, exitCode: number | null): void {
    const { at } = this.#record.note({ kind: 'command.end', terminal, exitCode });
    this.#tell({ type: 'command.ended', at, terminal, exitCode });
  }

  #welcome(session: Session, resumed: boolean): void {
    const ready: ServerMessage = {
      type: 'ready',
      version: protocolVersion,
      lab: this.id,
      lesson: this.lesson.number,
      resumed,
      machines: this.spec.machines.map(({ id, hostname }) => ({ id, hostname })),
      vars: { ...this.vars },
      tasks: this.#tasks.views(),
      terminals: this.#terminals.views(),
      times: this.#times.times(),
      elapsedMs: this.#record.at(),
      speed: this.kernel.simulation?.time.speed ?? null,
    };
    session.welcome(ready, this.#record.now);
    session.send({ type: 'ports', ports: this.#record.ports });
    const { warning } = this.#times;
    if (warning) session.send({ type: 'lab.times', times: this.#times.times(), warning });
  }

  #whileUp<T>(work: () => Promise<T>): Promise<T> {
    if (this.#resetting) return Promise.reject(new LabError('busy', 'the lab is being reset: try again in a moment'));
    return work();
  }

  #planGrace(): void {
    if (this.#sessions.size > 0 || this.ended) return;
    this.#grace?.dispose();
    this.#grace = this.clock.after(this.options.graceMs, () => void this.end('No page was connected for too long.'));
  }

  #tell(message: ServerMessage): void {
    for (const session of this.#sessions) session.send(message);
  }
}

async function boot(host: KernelHost, spec: LabSpec): Promise<LabKernel> {
  try {
    return await host.boot(spec);
  } catch (error) {
    throw new LabError('boot-failed', `the Machines could not be started: ${messageOf(error)}`);
  }
}
