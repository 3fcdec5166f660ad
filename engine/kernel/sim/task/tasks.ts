/** All processes of a lab: who there is, how one begins and ends, and who hears of it. */
import { SysError } from '../abi/errno';
import { type Signal, signalNumbers } from '../abi/signals';
import type { CgroupNode } from '../cgroup/types';
import type { SimKernel } from '../kernel';
import type { PidNamespace } from '../ns/namespace';
import type { Blocking } from '../sched/blocking';
import { filtered } from '../seccomp/filtered-sys';
import type { Sys } from '../sys/sys';
import { TaskSys } from '../sys/task-sys';
import { adopt, bearTask, firstTask } from './birth';
import type { Credentials } from './credentials';
import { endTask } from './end';
import { Membership } from './membership';
import { hasWatcher, wakeOrphans } from './orphans';
import { sendSignal } from './signal-sending';
import { SimTask } from './sim-task';
import type { ExitStatus, Task } from './task';
import { isTooLarge, TaskEnded } from './task-ended';

const { SIGCHLD, SIGKILL, SIGSEGV } = signalNumbers;

/** What a child is given instead of what it would inherit. */
export interface CloneOverrides {
  comm?: string;
  argv?: readonly string[];
  cgroup?: CgroupNode;
  cred?: Credentials;
  /** Whose child it is to be; it may live outside of its pid namespace, as who enters a container from outside does. */
  childOf?: Task | null;
}

/** A program threw something no program may throw: a mistake of the simulator's own. */
export interface Oops {
  error: unknown;
  pid: number;
  comm: string;
}

const maxOopses = 32;
/** Page tables, and what a child changes of its parent's pages before it does anything of its own. */
const cloneBytes = 128 << 10;

export class Tasks {
  readonly #all = new Map<number, SimTask>();
  readonly #sys = new WeakMap<Task, TaskSys>();
  readonly groups = new Membership();
  readonly sessions = new Membership();
  /** Numbers of leaders that are gone, while somebody is still in their group or session. */
  readonly #leaders = new Map<number, SimTask['numbers']>();
  readonly #exitListeners = new Map<SimTask, Set<(status: ExitStatus) => void>>();
  /** Number 1 of the lab: takes orphans nobody else takes. */
  init: SimTask | null = null;
  /** The first ones, for whoever looks later. */
  readonly oopses: Oops[] = [];
  /** Told of each at once. What it throws comes out of the scheduler's step. */
  onOops: (error: unknown, task: Task) => void = () => undefined;

  constructor(private readonly kernel: SimKernel) {}

  get count(): number {
    return this.#all.size;
  }

  /** Processes and zombies, in the order of their birth. */
  all(): Iterable<SimTask> {
    return this.#all.values();
  }

  /** By its number in the initial pid namespace. */
  find(pid: number): SimTask | undefined {
    return this.#all.get(pid);
  }

  inNamespace(ns: PidNamespace, number: number): SimTask | undefined {
    const task = ns.members.get(number);
    return task && this.find(task.pid);
  }

  /** Null when it is not visible there. */
  numberIn(task: Task, ns: PidNamespace): number | null {
    return numberAt(task.numbers, ns);
  }

  /** The number of a group or session in a namespace; its leader may be gone. Null when it is not visible there. */
  leaderNumber(leader: number, ns: PidNamespace): number | null {
    const numbers = this.find(leader)?.numbers ?? this.#leaders.get(leader);
    return numbers ? numberAt(numbers, ns) : null;
  }

  /** The group or session that has that number in a namespace, as its members name it. */
  leaderNumbered(ns: PidNamespace, number: number): number | null {
    const task = ns.members.get(number);
    if (task) return task.pid;
    for (const [leader, numbers] of this.#leaders) if (numberAt(numbers, ns) === number) return leader;
    return null;
  }

  /** A number of the initial namespace that is a process's, or still that of a group or session. */
  isTaken(number: number): boolean {
    return this.#all.has(number) || this.groups.has(number) || this.sessions.has(number);
  }

  sysOf(task: Task): TaskSys {
    const known = this.#sys.get(task);
    if (known) return known;
    const own = this.#own(task);
    if (!own) throw new SysError('ESRCH');
    const sys = new TaskSys(this.kernel, own);
    this.#sys.set(task, sys);
    return sys;
  }

  /** The lab's own first process: number 1 everywhere, root of everything. */
  boot(program: (sys: Sys) => Blocking<number>): SimTask {
    const task = firstTask(this.kernel);
    this.init = task;
    return this.#begin(task, program);
  }

  /** clone(2) with all its checks, for a process that asks. */
  clone(parent: SimTask, flags: number, program: (sys: Sys) => Blocking<number>): SimTask {
    return this.#begin(bearTask(this.kernel, parent, flags, true), program);
  }

  /** The same for the lab itself: nothing is forbidden, only impossible. */
  cloneFrom(
    parent: Task,
    flags: number,
    program: (sys: Sys) => Blocking<number>,
    { comm, argv, cgroup, cred, childOf }: CloneOverrides = {},
  ): SimTask {
    const from = this.#own(parent);
    if (!from?.isAlive) throw new SysError('ESRCH');
    const task = bearTask(this.kernel, from, flags, false, cgroup);
    if (comm !== undefined) task.comm = comm;
    if (argv !== undefined) task.argv = argv;
    if (cred !== undefined) this.kernel.namespaces.setCredentials(task, cred);
    const other = childOf && this.#own(childOf);
    if (other) adopt(task, other);
    return this.#begin(task, program);
  }

  /** Calls `listener` when the task ends; at once when it has. */
  onExit(task: Task, listener: (status: ExitStatus) => void): void {
    const known = this.#own(task);
    if (!known?.isAlive) {
      if (task.exit) listener(task.exit);
      return;
    }
    const listeners = this.#exitListeners.get(known) ?? new Set();
    listeners.add(listener);
    this.#exitListeners.set(known, listeners);
  }

  /**
   * Sends a signal, without asking whether the sender may. `from` is the sender, null the kernel itself: number 1 of a
   * namespace takes what comes from inside only when it has a handler.
   */
  signal(target: Task, signal: Signal, from: Task | null = null): void {
    const task = this.#own(target);
    if (task) sendSignal(this.kernel, task, signal, from);
  }

  /** Every process of a group (the leader's number in the initial namespace). */
  signalGroup(group: number, signal: Signal, from: Task | null = null): void {
    for (const task of [...this.groups.of(group)]) sendSignal(this.kernel, task, signal, from);
  }

  stop(task: SimTask, signal: Signal): void {
    task.state = 'stopped';
    task.news = { kind: 'stopped', signal };
    this.#tellParent(task);
    this.kernel.touch('processes');
  }

  /** SIGCONT, if it was stopped. */
  goOn(task: SimTask): void {
    if (task.state !== 'stopped') return;
    task.state = 'runnable';
    task.news = { kind: 'continued' };
    this.#tellParent(task);
    task.job.wake();
    this.kernel.touch('processes');
  }

  end(task: SimTask, status: ExitStatus): void {
    if (!task.isAlive) return;
    endTask(this.kernel, task, status);
    const listeners = this.#exitListeners.get(task);
    this.#exitListeners.delete(task);
    for (const listener of listeners ?? []) listener(status);
  }

  /** Waited for: nothing is left. */
  forget(task: SimTask): void {
    if (task.state === 'dead') return;
    task.state = 'dead';
    this.#all.delete(task.pid);
    for (const { ns, number } of task.numbers) {
      if (ns.members.get(number) === task) ns.members.delete(number);
    }
    this.#tellOfInits(task);
    task.parent?.children.delete(task);
    this.#leave(task);
    this.kernel.cgroups.detach(task);
    this.kernel.namespaces.taskForgotten(task);
    this.kernel.touch('processes');
  }

  /** SIGCHLD, and whoever waits. A parent that ignores it never sees a zombie, nor does one that is ending itself. */
  tellParentOfEnd(task: SimTask): void {
    const { parent } = task;
    if (!parent?.isAlive) return this.forget(task);
    if (parent.signals.action(SIGCHLD) === 'ignore') this.forget(task);
    else this.signal(parent, SIGCHLD, task);
    parent.childEvents.wake();
  }

  /** Whether nobody could continue the group; `ignored` counts as gone. */
  isOrphaned(group: number, of: Task, ignored: Task | null = null): boolean {
    return !hasWatcher(this.groups.of(group), of.session, ignored, this.init);
  }

  /** A group that has just lost whoever watched over it: its stopped members are hung up and continued. */
  wakeOrphans(task: SimTask, formerParent: SimTask | null): void {
    wakeOrphans(this.kernel, task, formerParent);
  }

  /** A program returned, or threw something that is no business of programs: that is the simulator's own mistake. */
  programEnded(task: SimTask, status: number | null, error: unknown): void {
    if (status !== null) return this.end(task, { kind: 'exited', code: status & 0xff });
    if (error instanceof TaskEnded && !task.isAlive) return;
    if (isTooLarge(error)) return this.end(task, { kind: 'killed', signal: SIGKILL, core: false });
    this.end(task, { kind: 'killed', signal: SIGSEGV, core: false });
    if (this.oopses.length < maxOopses) this.oopses.push({ error, pid: task.pid, comm: task.comm });
    this.onOops(error, task);
  }

  #own(task: Task): SimTask | undefined {
    return task instanceof SimTask ? task : this.find(task.pid);
  }

  #begin(task: SimTask, program: (sys: Sys) => Blocking<number>): SimTask {
    this.#all.set(task.pid, task);
    for (const { ns, number } of task.numbers) {
      ns.members.set(number, task);
      if (number === 1) ns.init = task;
    }
    task.start(program(filtered(this.kernel, task, this.sysOf(task))));
    this.#giveMemory(task);
    this.kernel.touch('processes', 'cgroups');
    return task;
  }

  /** ENOMEM: it is as if it had never been born. */
  #giveMemory(task: SimTask): void {
    try {
      this.kernel.cgroups.charge(task, cloneBytes);
      task.memory = cloneBytes;
    } catch (error) {
      task.parent?.children.delete(task);
      task.parent = null;
      this.end(task, { kind: 'killed', signal: SIGKILL, core: false });
      throw error;
    }
  }

  /** A leader's number stays taken while its group or session has members. */
  #leave(task: SimTask): void {
    for (const [index, leader] of [
      [this.groups, task.group],
      [this.sessions, task.session],
    ] as const) {
      index.leave(task, leader);
      if (!this.groups.has(leader) && !this.sessions.has(leader)) this.#leaders.delete(leader);
    }
    if (this.groups.has(task.pid) || this.sessions.has(task.pid)) this.#leaders.set(task.pid, task.numbers);
  }

  /** The last of a namespace whose number 1 has ended already. */
  #tellOfInits({ numbers }: SimTask): void {
    for (const { ns } of numbers) {
      const init = ns.dead && ns.members.size === 1 ? this.inNamespace(ns, 1) : undefined;
      if (!init?.lingers) continue;
      init.lingers = false;
      this.tellParentOfEnd(init);
    }
  }

  #tellParent(task: SimTask): void {
    if (!task.parent) return;
    this.signal(task.parent, SIGCHLD, task);
    task.parent.childEvents.wake();
  }
}

function numberAt(numbers: Task['numbers'], ns: PidNamespace): number | null {
  const at = numbers[ns.level];
  return at?.ns === ns ? at.number : null;
}
