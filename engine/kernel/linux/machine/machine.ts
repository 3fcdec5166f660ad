/** One Machine of this Linux: its init, and what can be done in it. */
import type { MachineId } from '../../../state';
import type { User } from '../../machine';
import {
  type Kernel,
  KernelError,
  type KernelFiles,
  type KernelProcess,
  type KernelTerminal,
  type SpawnSpec,
  type TerminalSpec,
} from '../../port';
import { runPlan } from '../birth';
import type { MachineCgroup } from '../cgroup/tree';
import type { EventLoop } from '../events/epoll';
import { LinuxFiles } from '../files/files';
import type { Place } from '../process/enter';
import { spawnProcess } from '../process/process';
import { close, pidfdOpen, pidfdSignal } from '../syscall';
import { openTerminal } from '../terminal/terminal';
import { type BirthOptions, birthPlan } from './birth-plan';
import { heldCapabilities } from './capabilities';
import type { UserName } from './users';

const SIGKILL = 9;

export interface MachineOptions extends Omit<BirthOptions, 'server' | 'cgroups' | 'name' | 'capabilities'> {
  id: MachineId;
  lab: string;
  cgroups: readonly MachineCgroup[];
  users: Readonly<Record<UserName, User>>;
  events: EventLoop;
}

export class LinuxMachine implements Kernel {
  readonly machine: MachineId;
  readonly files: KernelFiles;
  /** Resolves when init has ended, and with it every process of the Machine. */
  readonly ended: Promise<void>;
  readonly #users: Readonly<Record<UserName, User>>;
  readonly #place: Place;
  readonly #terminals = new Set<KernelTerminal>();
  readonly #linuxFiles: LinuxFiles;
  #alive = true;
  #onCommand: () => void = () => undefined;

  /** Resolves when the Machine is up: its root is mounted and its init runs. */
  static async boot(options: MachineOptions): Promise<LinuxMachine> {
    const birth = runPlan(
      birthPlan({
        ...options,
        name: `${options.lab}/${options.id}`,
        server: process.pid,
        capabilities: heldCapabilities(),
      }),
      {
        argv0: 'init',
      },
    );
    const outerEnded = new Promise<void>((resolve) => birth.child.once('exit', () => resolve()));
    try {
      const initPid = await birth.report('init');
      await birth.report('ready');
      return new LinuxMachine(options, initPid, pidfdOpen(initPid), outerEnded);
    } catch (error) {
      // A birth that fails ends its processes itself.
      await outerEnded;
      throw error;
    }
  }

  private constructor(
    options: MachineOptions,
    readonly initPid: number,
    readonly initFd: number,
    outerEnded: Promise<void>,
  ) {
    this.machine = options.id;
    this.#users = options.users;
    this.#place = {
      name: `${options.lab}/${options.id}`,
      initFd,
      cgroups: options.cgroups.map(({ directory }) => directory),
      events: options.events,
    };
    this.#linuxFiles = new LinuxFiles(() => this.#root(), options.events);
    this.files = this.#linuxFiles;
    this.ended = Promise.all([options.events.once(initFd), outerEnded]).then(() => {
      this.#alive = false;
      this.#linuxFiles.dispose();
      close(initFd);
    });
  }

  async spawn(spec: SpawnSpec): Promise<KernelProcess> {
    this.#root();
    return spawnProcess(this.#place, this.#users[spec.user ?? 'root'], spec);
  }

  async openTerminal(spec: TerminalSpec): Promise<KernelTerminal> {
    this.#root();
    const user = this.#users[spec.user ?? 'root'];
    const terminal = await openTerminal(this.#place, this.initPid, user, spec, () => this.#onCommand());
    this.#terminals.add(terminal);
    terminal.onExit(() => this.#terminals.delete(terminal));
    return terminal;
  }

  /** Calls `listener` whenever something was typed that a program may act on. One listener; there is one observer. */
  onCommand(listener: () => void): void {
    this.#onCommand = listener;
  }

  /** Ends every process of the Machine. */
  async end(): Promise<void> {
    if (this.#alive) pidfdSignal(this.initFd, SIGKILL);
    for (const terminal of this.#terminals) terminal.close();
    await this.ended;
  }

  /** The Machine's root directory as the host can reach it. */
  #root(): string {
    if (!this.#alive) throw new KernelError('ESRCH', 'machine', this.machine, 'it has ended');
    return `/proc/${this.initPid}/root`;
  }
}
