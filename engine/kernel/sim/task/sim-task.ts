/** A process of the simulated kernel: its record, and what the scheduler asks of it. */
import { type Signal, signalNumbers } from '../abi/signals';
import type { CgroupNode } from '../cgroup/types';
import type { SimKernel } from '../kernel';
import type { PidNamespace, UserNamespace } from '../ns/namespace';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { TimerHandle } from '../sched/event-queue';
import type { Job, Schedulable } from '../sched/scheduler';
import { WaitQueue } from '../sched/wait-queue';
import type { TerminalDevice } from '../tty/types';
import type { Path } from '../vfs/path';
import type { Credentials } from './credentials';
import type { FdTable } from './fd-table';
import { limitCpuTime } from './limits';
import { deliverSignals, hasDeliverable } from './signal-delivery';
import { SignalState, signalBit } from './signal-state';
import type { ExitStatus, FsContext, NamespaceSet, ResourceLimit, ResourceName, Task, TaskState } from './task';

const killBit = signalBit(signalNumbers.SIGKILL);

export interface TaskBirth {
  numbers: ReadonlyArray<{ readonly ns: PidNamespace; readonly number: number }>;
  cred: Credentials;
  ns: NamespaceSet;
  fs: FsContext;
  files: FdTable;
  limits: Record<ResourceName, ResourceLimit>;
  cgroup: CgroupNode;
}

export class SimTask implements Task, Schedulable {
  readonly pid: number;
  readonly numbers: TaskBirth['numbers'];
  readonly ns: NamespaceSet;
  readonly fs: FsContext;
  readonly files: FdTable;
  readonly signals = new SignalState();
  readonly children = new Set<SimTask>();
  readonly childEvents = new WaitQueue();
  /** Woken by every signal, blocked ones too (sigtimedwait(2), signalfd(2)). */
  readonly signalArrived = new WaitQueue();
  readonly startTime: number;
  cred: Credentials;
  limits: Record<ResourceName, ResourceLimit>;
  cgroup: CgroupNode;
  parent: SimTask | null = null;
  tty: TerminalDevice | null = null;
  state: TaskState = 'runnable';
  exit: ExitStatus | null = null;
  /** Stopped or continued, and not yet told to the parent. */
  news: { kind: 'stopped'; signal: Signal } | { kind: 'continued' } | null = null;
  handled: Task['handled'] = 'nothing';
  noNewPrivs = false;
  seccomp: Task['seccomp'] = null;
  dumpable = true;
  memoryUser: UserNamespace;
  parentDeathSignal: Signal | 0 = 0;
  subreaper = false;
  oomScoreAdj = 0;
  comm = '';
  argv: readonly string[] = [];
  env: readonly string[] = [];
  exe: Path | null = null;
  cpuTime: Nanoseconds = 0;
  childrenTime: Nanoseconds = 0;
  memory = 0;
  alarm: { timer: TimerHandle; at: Nanoseconds } | null = null;
  /** It has executed a program of its own: its parent may no longer move it to another group (setpgid(2), EACCES). */
  hasExecuted = false;
  usedPrivilege = false;
  /** Number 1 of a namespace that still has zombies somebody outside has to wait for: only then is its own end told. */
  lingers = false;
  /** Processor time at which SIGXCPU is due next (RLIMIT_CPU). */
  cpuWarning: Nanoseconds = 0;
  #group = 0;
  #session = 0;
  #niceness = 0;
  #niceWeight = 1;
  #job: Job | null = null;

  constructor(
    readonly kernel: SimKernel,
    birth: TaskBirth,
  ) {
    this.numbers = birth.numbers;
    this.pid = birth.numbers[0]?.number ?? 0;
    this.cred = birth.cred;
    this.memoryUser = birth.cred.user;
    this.ns = birth.ns;
    this.fs = birth.fs;
    this.files = birth.files;
    this.limits = birth.limits;
    this.cgroup = birth.cgroup;
    this.startTime = kernel.now;
  }

  get job(): Job {
    if (!this.#job) throw new Error(`task ${this.pid} was not started`);
    return this.#job;
  }

  start(image: Blocking<number>): void {
    this.#job = this.kernel.scheduler.start(this, image);
  }

  get isAlive(): boolean {
    return this.state !== 'zombie' && this.state !== 'dead';
  }

  get group(): number {
    return this.#group;
  }
  set group(leader: number) {
    this.kernel.tasks.groups.move(this, this.#group, leader);
    this.#group = leader;
  }
  get session(): number {
    return this.#session;
  }
  set session(leader: number) {
    this.kernel.tasks.sessions.move(this, this.#session, leader);
    this.#session = leader;
  }

  get niceness(): number {
    return this.#niceness;
  }
  set niceness(nice: number) {
    this.#niceness = nice;
    // Each step is a quarter more or less (sched(7)).
    this.#niceWeight = 1.25 ** -nice;
  }

  // What the scheduler asks.

  get weight(): number {
    return this.kernel.cgroups.weight(this) * this.#niceWeight;
  }
  get mayRun(): boolean {
    if (!this.isAlive) return false;
    if ((this.signals.pending & killBit) !== 0n) return true;
    return this.state !== 'stopped' && this.kernel.cgroups.allows(this);
  }
  get isInterrupted(): boolean {
    return hasDeliverable(this);
  }
  beforeResume(): boolean {
    return deliverSignals(this.kernel, this);
  }
  charge(time: Nanoseconds): void {
    this.cpuTime += time;
    if (this.limits.cpu.soft !== Number.POSITIVE_INFINITY) limitCpuTime(this);
    this.kernel.cgroups.used(this, time);
  }
  finished(status: number | null, error?: unknown): void {
    this.kernel.tasks.programEnded(this, status, error);
  }
}
