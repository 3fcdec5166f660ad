/**
 * A lab's kernel with its Machines, moved only by `apply` and by the steps of its scheduler: nothing of the real time is
 * in it. Two worlds with the same seed, specification and actions are the same.
 */
import type { MachineId } from '../../../state';
import { findUser, type User } from '../../machine';
import { KernelError, type LabSpec } from '../../port';
import type { Action, PlacedAction } from '../../simulation';
import * as abi from '../abi';
import { isSysError, signalName, signalNumbers } from '../abi';
import { decode, encode } from '../bytes';
import { registerFilesystems } from '../fs';
import type { ImageEntry } from '../fs/image';
import { type KernelOptions, SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import { type Part, PartMissing } from '../sched/part';
import type { Program, Sys } from '../sys/sys';
import type { SimTask } from '../task/sim-task';
import type { ExitStatus, Task } from '../task/task';
import { layCable } from './cable';
import { Digest } from './digest';
import { bearMachine, type MachineBirth, reap } from './machine-init';
import { changeFile } from './sim-files';
import { type ProcessResult, WorldProcess } from './world-process';
import { WorldTerminal } from './world-terminal';

export interface Exit {
  exitCode: number | null;
  signal: string | null;
}

/** Whoever wants to hear of what comes out of a world. */
export interface WorldListener {
  onOutput(terminal: number, data: Uint8Array): void;
  onTerminalExit(terminal: number, exit: Exit): void;
  onProcessExit(process: number, result: ProcessResult): void;
  onMachineExit(machine: MachineId): void;
  onOops(error: unknown, task: Task): void;
}

export interface WorldOptions {
  spec: LabSpec;
  seed: string;
  /** Nanoseconds since 1970 at which the lab's realtime clock begins. */
  epoch: number;
  /** Parts of the simulator that could not be had when this history was first made: actions say where. */
  losses?: readonly PlacedAction[];
  /** The root filesystem every Machine is born on. */
  image: readonly ImageEntry[];
  programs: (name: string) => Program | undefined;
  turn: KernelOptions['turn'];
  listener: WorldListener;
}

export interface WorldMachine {
  id: MachineId;
  init: SimTask;
  alive: boolean;
}

/** Setup scripts have this much of the lab's own time. */
const setupLimitNs = 120_000_000_000;

export class World {
  readonly kernel: SimKernel;
  readonly machines = new Map<MachineId, WorldMachine>();
  readonly terminals = new Map<number, WorldTerminal>();
  readonly processes = new Map<number, WorldProcess>();
  readonly digest = new Digest();
  readonly #root: SimTask;

  /**
   * Boots every Machine, lays the cables and runs the setups, all in the lab's own time. Gives out the parts of the
   * simulator that have to be loaded before it can go on. Throws `KernelError`.
   */
  static *boot(options: WorldOptions): Generator<Part, World, void> {
    const world = new World(options);
    for (const machine of options.spec.machines) yield* world.#bear(machine.id);
    world.#placeFiles();
    world.#lay(options.spec.links);
    yield* world.#runSetups();
    return world;
  }

  private constructor(private readonly options: WorldOptions) {
    const { seed, epoch, programs, turn, spec } = options;
    const memoryBytes = 64 * spec.limits.memoryBytes;
    const kernelOptions: KernelOptions = { seed, epoch, programs, turn, memoryBytes };
    this.kernel = new SimKernel(kernelOptions);
    this.kernel.tasks.onOops = (error, task) => options.listener.onOops(error, task);
    for (const { step, action } of options.losses ?? []) {
      if (action.do === 'part.lost') this.kernel.scheduler.lose(action.part, step);
    }
    registerFilesystems(this.kernel, options.image);
    this.#root = this.kernel.tasks.boot(reapForEver);
  }

  /** Must be called between two steps. What cannot be done is thrown as the kernel's error. */
  apply(action: Action): void {
    switch (action.do) {
      case 'terminal.open':
        return this.#openTerminal(action);
      case 'terminal.write':
        return this.terminals.get(action.terminal)?.write(action.data);
      case 'terminal.resize':
        return this.terminals.get(action.terminal)?.resize(action.cols, action.rows);
      case 'terminal.hold':
        return this.terminals.get(action.terminal)?.hold(action.on);
      case 'terminal.close':
        return this.terminals.get(action.terminal)?.close();
      case 'spawn':
        return this.#spawn(action);
      case 'kill':
        return this.processes.get(action.process)?.kill(signalOf(action.signal));
      case 'part.lost':
        // Known before the step it belongs to (`lossesOf`).
        return;
      default:
        return changeFile(this.kernel, this.initOf(action.machine), action);
    }
  }

  /** Steps up to `until`, as long as there is something to do and `goesOn`. Never stops in the middle of one. */
  *steps(until: number, goesOn: () => boolean): Generator<Part, void, void> {
    const { scheduler } = this.kernel;
    for (;;) {
      try {
        while (scheduler.isHeld || goesOn()) if (!scheduler.step(until)) return;
        return;
      } catch (error) {
        if (!(error instanceof PartMissing)) throw error;
        yield error.part;
      }
    }
  }

  /** Throws ESRCH when the Machine has ended. */
  initOf(id: MachineId): SimTask {
    const machine = this.machines.get(id);
    if (!machine?.alive) throw new KernelError('ESRCH', 'machine', id, 'it has ended');
    return machine.init;
  }

  userOf(id: MachineId, name: 'root' | 'learner'): User {
    const text = (path: string) => this.#readText(this.initOf(id), path);
    const user = findUser(text('/etc/passwd'), text('/etc/group'), name);
    if (!user) throw new KernelError('ENOENT', 'user', name, 'the Machine has no such user');
    return user;
  }

  /** A mark of everything that has happened so far. */
  mark(): string {
    const { scheduler, now } = this.kernel;
    return `${scheduler.steps}-${now}-${this.digest.text}`;
  }

  #openTerminal(action: Extract<Action, { do: 'terminal.open' }>): void {
    const user = this.userOf(action.machine, action.user);
    const terminal = WorldTerminal.open(this.kernel, this.initOf(action.machine), user, action, {
      onOutput: (data) => {
        this.digest.add(data);
        this.options.listener.onOutput(action.terminal, data);
      },
      onExit: (status) => this.options.listener.onTerminalExit(action.terminal, exitOf(status)),
    });
    this.terminals.set(action.terminal, terminal);
  }

  #spawn(action: Extract<Action, { do: 'spawn' }>): void {
    const user = this.userOf(action.machine, action.user);
    const process = WorldProcess.start(this.kernel, this.initOf(action.machine), user, action, (result) => {
      this.processes.delete(action.process);
      this.options.listener.onProcessExit(action.process, result);
    });
    this.processes.set(action.process, process);
  }

  *#bear(id: MachineId): Generator<Part, void, void> {
    const spec = this.options.spec.machines.find((machine) => machine.id === id);
    const { limits, machines } = this.options.spec;
    let problem: unknown;
    let ready = false;
    const diskBytes = Math.floor(limits.diskBytes / machines.length);
    const birth: MachineBirth = {
      hostname: spec?.hostname ?? id,
      diskBytes,
      image: this.options.image,
      ready: () => {
        ready = true;
      },
      failed: (error) => {
        problem ??= error;
      },
    };
    const init = (sys: Sys) => bearMachine(sys, birth);
    const task = this.kernel.tasks.cloneFrom(this.#root, machineNamespaces, init, {
      comm: 'init',
      argv: ['init'],
      cgroup: this.kernel.cgroups.createMachine(this.options.spec.id, id, limits),
    });
    const machine: WorldMachine = { id, init: task, alive: true };
    this.machines.set(id, machine);
    yield* this.#runUntil(() => ready || problem !== undefined);
    if (problem !== undefined) throw problem;
    this.kernel.tasks.onExit(task, () => {
      machine.alive = false;
      this.options.listener.onMachineExit(id);
    });
  }

  #placeFiles(): void {
    for (const { id, hostname, files } of this.options.spec.machines) {
      const names = `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n`;
      const all: NonNullable<typeof files> = {
        '/etc/hostname': { content: `${hostname}\n` },
        '/etc/hosts': { content: names },
        ...files,
      };
      const sys = this.kernel.tasks.sysOf(this.initOf(id));
      for (const [path, { content, mode = 0o644, owner = 'root' }] of Object.entries(all)) {
        makeParents(sys, path);
        const bytes = typeof content === 'string' ? encode(content) : content;
        this.apply({ do: 'file.write', machine: id, path, content: bytes, mode });
        const { uid, gid } = this.userOf(id, owner);
        sys.chown(path, uid, gid, { noFollow: true });
      }
    }
  }

  #lay(links: LabSpec['links']): void {
    const { tasks } = this.kernel;
    links.forEach((link, number) => {
      layCable(tasks.sysOf(this.#root), link, number, (machine) => {
        const init = this.initOf(machine);
        return { pid: init.pid, sys: tasks.sysOf(init) };
      });
    });
  }

  *#runSetups(): Generator<Part, void, void> {
    const waiting = new Set<MachineId>();
    const failures: string[] = [];
    this.options.spec.machines.forEach(({ id, setup }, number) => {
      if (setup === undefined) return;
      waiting.add(id);
      const done = (result: ProcessResult) => {
        waiting.delete(id);
        const { exitCode, signal } = exitOf(result.status);
        if (exitCode !== 0) failures.push(`${id}: ended with ${signal ?? exitCode}: ${tail(result.stderr)}`);
      };
      const action: Extract<Action, { do: 'spawn' }> = {
        do: 'spawn',
        process: -1 - number,
        machine: id,
        user: 'root',
        argv: ['bash', '-e', '-c', setup],
        cwd: null,
        env: {},
        stdin: new Uint8Array(),
        timeoutMs: null,
      };
      WorldProcess.start(this.kernel, this.initOf(id), this.userOf(id, 'root'), action, done);
    });
    yield* this.#runUntil(() => waiting.size === 0);
    if (waiting.size > 0) failures.push(`${[...waiting].join(', ')}: did not end`);
    if (failures.length > 0) throw new KernelError('ECANCELED', 'setup', this.options.spec.id, failures.join('; '));
  }

  *#runUntil(done: () => boolean): Generator<Part, void, void> {
    const deadline = this.kernel.now + setupLimitNs;
    yield* this.steps(deadline, () => !done() && this.kernel.now < deadline);
  }

  #readText(task: Task, path: string): string {
    const { vfs } = this.kernel;
    try {
      const file = vfs.openPath(task, vfs.resolve(task, path), abi.O_RDONLY);
      const text = decode(file.pread(1 << 20, 0));
      vfs.drop(file);
      return text;
    } catch (error) {
      if (isSysError(error)) return '';
      throw error;
    }
  }
}

const machineNamespaces = abi.CLONE_NEWNS | abi.CLONE_NEWUTS | abi.CLONE_NEWIPC | abi.CLONE_NEWPID | abi.CLONE_NEWNET;

function* reapForEver(sys: Sys): Blocking<number> {
  return yield* reap(sys);
}

/** What failed the first time fails again, and whoever asked was told then. */
export function applyQuietly(world: World, action: Action): void {
  try {
    world.apply(action);
  } catch (error) {
    if (!(error instanceof KernelError) && !isSysError(error)) throw error;
  }
}

export function exitOf(status: ExitStatus): Exit {
  return status.kind === 'exited'
    ? { exitCode: status.code, signal: null }
    : { exitCode: null, signal: signalName(status.signal) ?? String(status.signal) };
}

function signalOf(name: string): number {
  const number = Object.entries(signalNumbers).find(([known]) => known === name)?.[1];
  if (number === undefined) throw new abi.SysError('EINVAL', name);
  return number;
}

function makeParents(sys: Sys, path: string): void {
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
    try {
      sys.mkdir(path.slice(0, end), 0o755);
    } catch (error) {
      if (!isSysError(error, 'EEXIST')) throw error;
    }
  }
}

function tail(bytes: Uint8Array): string {
  return decode(bytes).trim().slice(-2000);
}
