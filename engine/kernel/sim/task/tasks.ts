/** All processes of a lab: who there is, how one begins and ends, and who hears of it. */
import * as abi from '../abi';
import { allCapabilities } from '../abi/capabilities';
import { type Signal, signalNumbers } from '../abi/signals';
import type { CgroupNode } from '../cgroup/types';
import type { SimKernel } from '../kernel';
import type { PidNamespace } from '../ns/namespace';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import { TaskSys } from '../sys/task-sys';
import { bearTask, firstTask } from './birth';
import type { Credentials } from './credentials';
import { endTask } from './end';
import { isIgnored, isProtected } from './signal-delivery';
import { signalBit } from './signal-state';
import type { SimTask } from './sim-task';
import type { ExitStatus, Task } from './task';

const { SIGKILL, SIGSTOP, SIGCONT, SIGCHLD, SIGHUP, SIGSEGV, SIGTSTP, SIGTTIN, SIGTTOU } = signalNumbers;
const stopSignals = [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU];

/** What a child is given instead of what it would inherit. */
export interface CloneOverrides {
  comm?: string;
  argv?: readonly string[];
  cgroup?: CgroupNode;
  cred?: Credentials;
}

export class Tasks {
  readonly #all = new Map<number, SimTask>();
  readonly #sys = new WeakMap<Task, TaskSys>();
  /** Numbers of those who lead or led a group or session: its members know it by them when the leader is gone. */
  readonly #leaders = new Map<number, SimTask['numbers']>();
  readonly #exitListeners = new Map<SimTask, Set<(status: ExitStatus) => void>>();
  /** Number 1 of the lab: takes orphans nobody else takes. */
  init: SimTask | null = null;
  /** Told of programs that threw something no program may throw. */
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
    return task.numbers[ns.level]?.ns === ns ? (task.numbers[ns.level]?.number ?? null) : null;
  }

  rememberLeader(task: SimTask): void {
    this.#leaders.set(task.pid, task.numbers);
  }

  /** The number of a group or session in a namespace; null when it is not visible there. */
  leaderNumber(leader: number, ns: PidNamespace): number | null {
    const numbers = this.#all.get(leader)?.numbers ?? this.#leaders.get(leader);
    return numbers?.find((number) => number.ns === ns)?.number ?? null;
  }

  sysOf(task: Task): Sys {
    const known = this.#sys.get(task);
    if (known) return known;
    const sys = new TaskSys(this.kernel, task);
    this.#sys.set(task, sys);
    return sys;
  }

  /** The lab's own number 1, in the initial namespaces, with every capability. */
  boot(program: (sys: Sys) => Blocking<number>): SimTask {
    const task = firstTask(this.kernel, {
      uid: 0,
      euid: 0,
      suid: 0,
      fsuid: 0,
      gid: 0,
      egid: 0,
      sgid: 0,
      fsgid: 0,
      groups: [0],
      user: this.kernel.namespaces.initial.user,
      inheritable: 0n,
      permitted: allCapabilities,
      effective: allCapabilities,
      bounding: allCapabilities,
      ambient: 0n,
      keepCaps: false,
    });
    this.init = task;
    this.#register(task);
    task.start(program(this.sysOf(task)));
    return task;
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
    { comm, argv, cgroup, cred }: CloneOverrides = {},
  ): SimTask {
    const from = this.find(parent.pid);
    if (!from) throw new abi.SysError('ESRCH');
    const task = bearTask(this.kernel, from, flags, false);
    if (comm !== undefined) task.comm = comm;
    if (argv !== undefined) task.argv = argv;
    if (cred !== undefined) task.cred = cred;
    if (cgroup !== undefined) {
      this.kernel.cgroups.detach(task);
      this.kernel.cgroups.attach(task, cgroup);
      this.kernel.namespaces.rootCgroup(task, flags);
    }
    return this.#begin(task, program);
  }

  /** Calls `listener` when the task ends; at once when it has. */
  onExit(task: Task, listener: (status: ExitStatus) => void): void {
    const known = this.find(task.pid);
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
    const task = this.find(target.pid);
    if (!task?.isAlive || signal === 0) return;
    if (isProtected(task) && !this.#reachesInit(task, signal, from)) return;
    this.#beforeQueueing(task, signal);
    if (isIgnored(task, signal) && (task.signals.blocked & signalBit(signal)) === 0n) return;
    task.signals.pending |= signalBit(signal);
    task.signalArrived.wake();
    if (signal === SIGKILL && task.state === 'stopped') task.state = 'runnable';
    task.job.wake();
  }

  /** Every process of a group (the leader's number in the initial namespace). */
  signalGroup(group: number, signal: Signal, from: Task | null = null): void {
    for (const task of [...this.#all.values()]) if (task.group === group) this.signal(task, signal, from);
  }

  stop(task: SimTask, signal: Signal): void {
    task.state = 'stopped';
    task.news = { kind: 'stopped', signal };
    this.#tellParent(task);
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
    task.state = 'dead';
    this.#all.delete(task.pid);
    for (const { ns, number } of task.numbers) {
      if (ns.members.get(number) === task) ns.members.delete(number);
    }
    task.parent?.children.delete(task);
    this.kernel.namespaces.taskForgotten(task);
    this.kernel.touch('processes');
  }

  /** SIGCHLD, and whoever waits. */
  tellParentOfEnd(task: SimTask): void {
    const { parent } = task;
    if (!parent) return;
    const action = parent.signals.action(SIGCHLD);
    if (action === 'ignore') {
      this.forget(task);
      parent.childEvents.wake();
      return;
    }
    this.signal(parent, SIGCHLD, task);
    parent.childEvents.wake();
  }

  /** Nobody outside the group, but in its session, is a parent of one of its members. */
  isOrphaned(group: number, session: number): boolean {
    for (const task of this.#all.values()) {
      if (task.group !== group || !task.isAlive) continue;
      const { parent } = task;
      if (parent && parent.group !== group && parent.session === session) return false;
    }
    return true;
  }

  /** A group that has just become orphaned and has stopped members: they are hung up and continued. */
  wakeOrphans(group: number, session: number): void {
    const members = [...this.#all.values()].filter((task) => task.group === group && task.isAlive);
    if (!members.some(({ state }) => state === 'stopped') || !this.isOrphaned(group, session)) return;
    for (const task of members) {
      this.signal(task, SIGHUP);
      this.signal(task, SIGCONT);
    }
  }

  /** A program returned, or threw something that is no business of programs: that is the simulator's own mistake. */
  programEnded(task: SimTask, status: number | null, error: unknown): void {
    if (status !== null) return this.end(task, { kind: 'exited', code: status & 0xff });
    this.onOops(error, task);
    this.end(task, { kind: 'killed', signal: SIGSEGV, core: false });
  }

  #begin(task: SimTask, program: (sys: Sys) => Blocking<number>): SimTask {
    this.#register(task);
    task.start(program(this.sysOf(task)));
    return task;
  }

  #register(task: SimTask): void {
    this.#all.set(task.pid, task);
    for (const { ns, number } of task.numbers) {
      ns.members.set(number, task);
      if (number === 1) ns.init = task;
    }
    this.kernel.touch('processes', 'cgroups');
  }

  #reachesInit(task: SimTask, signal: Signal, from: Task | null): boolean {
    if (typeof task.signals.action(signal) === 'object' && signal !== SIGKILL && signal !== SIGSTOP) return true;
    if (task === this.init) return false;
    const isInside = from !== null && this.numberIn(from, task.ns.pid) !== null;
    return !isInside && (signal === SIGKILL || signal === SIGSTOP || signal === SIGCONT);
  }

  /** Stop signals and SIGCONT take each other back, and SIGCONT continues whatever becomes of it. */
  #beforeQueueing(task: SimTask, signal: Signal): void {
    if (stopSignals.some((one) => one === signal)) task.signals.pending &= ~signalBit(SIGCONT);
    if (signal !== SIGCONT) return;
    for (const one of stopSignals) task.signals.pending &= ~signalBit(one);
    if (task.state !== 'stopped') return;
    task.state = 'runnable';
    task.news = { kind: 'continued' };
    this.#tellParent(task);
    this.kernel.touch('processes');
    task.job.wake();
  }

  #tellParent(task: SimTask): void {
    if (!task.parent) return;
    this.signal(task.parent, SIGCHLD, task);
    task.parent.childEvents.wake();
  }
}
