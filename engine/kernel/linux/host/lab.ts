/** The Machines of one lab on this Linux. */
import type { LabState, MachineId } from '../../../state';
import { type Disposable, type Kernel, KernelError, type LabKernel, type LabSpec, type MachineSpec } from '../../port';
import { createLabCgroups, type MachineCgroup, refuseRunningLab, removeLabCgroups } from '../cgroup/tree';
import type { EventLoop } from '../events/epoll';
import { placeFile } from '../files/place';
import { connect } from '../link/link';
import { LinuxMachine } from '../machine/machine';
import type { Template } from '../machine/template';
import type { LabObserver, ObserveLab } from '../observer';

/** A setup script that takes longer than this is taken for stuck. */
const setupTimeoutMs = 60_000;

export interface LabContext {
  template: Template;
  events: EventLoop;
  observe: ObserveLab;
  onDisposed(): void;
}

export class LinuxLab implements LabKernel {
  readonly machines: ReadonlyMap<MachineId, Kernel>;
  readonly #id: string;
  readonly #machines: readonly LinuxMachine[];
  readonly #observer: LabObserver;
  readonly #onDisposed: () => void;
  readonly #exitListeners = new Set<(machine: MachineId) => void>();
  #disposed: Promise<void> | undefined;

  /** Boots all Machines, lays the links, runs the setups. A failure leaves nothing behind. */
  static async boot(spec: LabSpec, context: LabContext): Promise<LinuxLab> {
    const booted: LinuxMachine[] = [];
    refuseRunningLab(spec.id);
    try {
      const cgroups = createLabCgroups(
        spec.id,
        spec.machines.map(({ id }) => id),
        spec.limits,
      );
      const outcomes = await Promise.allSettled(
        spec.machines.map(async (machine) => {
          const up = await bootMachine(machine, spec, cgroups.get(machine.id) ?? [], context);
          booted.push(up);
          placeFiles(up, machine, context.template);
        }),
      );
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      const byId = new Map(booted.map((machine) => [machine.machine, machine]));
      for (const link of spec.links) connect(link, (id) => byId.get(id)?.initPid ?? 0);
      await Promise.all(spec.machines.map(({ id, setup }) => runSetup(byId.get(id), setup)));
      const observed = booted.map((machine) => ({
        id: machine.machine,
        initPid: machine.initPid,
        cgroups: (cgroups.get(machine.machine) ?? []).map(({ directory }) => directory),
      }));
      return new LinuxLab(spec, booted, context.observe(observed, context.events), context);
    } catch (error) {
      await endAll(booted, spec.id);
      throw error;
    }
  }

  private constructor(spec: LabSpec, machines: LinuxMachine[], observer: LabObserver, context: LabContext) {
    this.#id = spec.id;
    this.#machines = machines;
    this.#observer = observer;
    this.#onDisposed = context.onDisposed;
    // In the order of the topology, not of who was up first.
    this.machines = new Map(
      spec.machines.flatMap(({ id }) => machines.filter((machine) => machine.machine === id).map((m) => [id, m])),
    );
    for (const machine of machines) machine.onCommand(() => observer.expectChange());
    for (const machine of machines) void machine.ended.then(() => this.#reportExit(machine.machine));
  }

  get state(): LabState {
    return this.#observer.state;
  }

  inspect(): Promise<LabState> {
    return this.#observer.inspect();
  }

  onState(listener: (state: LabState) => void): Disposable {
    return this.#observer.onState(listener);
  }

  onExit(listener: (machine: MachineId) => void): Disposable {
    this.#exitListeners.add(listener);
    return { dispose: () => this.#exitListeners.delete(listener) };
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#end();
    return this.#disposed;
  }

  async #end(): Promise<void> {
    this.#exitListeners.clear();
    this.#observer.dispose();
    await endAll(this.#machines, this.#id);
    this.#onDisposed();
  }

  #reportExit(machine: MachineId): void {
    for (const listener of this.#exitListeners) listener(machine);
  }
}

/** Both at once: a Machine whose processes are frozen ends only when its cgroup is thawed. */
async function endAll(machines: readonly LinuxMachine[], lab: string): Promise<void> {
  await Promise.all([...machines.map((machine) => machine.end()), removeLabCgroups(lab)]);
}

function bootMachine(
  machine: MachineSpec,
  spec: LabSpec,
  cgroups: readonly MachineCgroup[],
  { template, events }: LabContext,
): Promise<LinuxMachine> {
  return LinuxMachine.boot({
    ...template,
    id: machine.id,
    lab: spec.id,
    hostname: machine.hostname,
    diskBytes: Math.floor(spec.limits.diskBytes / spec.machines.length),
    cgroups,
    events,
  });
}

function placeFiles({ initPid }: LinuxMachine, machine: MachineSpec, { users }: Template): void {
  const names = `127.0.0.1\tlocalhost\n127.0.1.1\t${machine.hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n`;
  const files: NonNullable<MachineSpec['files']> = {
    '/etc/hostname': { content: `${machine.hostname}\n` },
    '/etc/hosts': { content: names },
    ...machine.files,
  };
  for (const [path, { content, mode = 0o644, owner = 'root' }] of Object.entries(files)) {
    const { uid, gid } = users[owner];
    placeFile(`/proc/${initPid}/root`, path, { content, mode, uid, gid });
  }
}

async function runSetup(machine: LinuxMachine | undefined, setup: string | undefined): Promise<void> {
  if (!machine || setup === undefined) return;
  const process = await machine.spawn({ argv: ['bash', '-e', '-c', setup], timeoutMs: setupTimeoutMs });
  const { exitCode, signal, stderr } = await process.result;
  if (exitCode === 0) return;
  const said = Buffer.from(stderr).toString('utf8').trim().slice(-2000);
  throw new KernelError('ECANCELED', 'setup', machine.machine, `ended with ${signal ?? exitCode}: ${said}`);
}
