/** Processes, signals, scheduling, names (clone(2), wait(2), kill(2), setpgid(2), prctl(2), uname(2) ...). */
import { SysError } from '../abi/errno';
import { defaultAction, type Signal, signalName, signalNumbers } from '../abi/signals';
import { kernelRelease, kernelVersion } from '../abi/uname';
import type { SimKernel } from '../kernel';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { Part } from '../sched/part';
import { block } from '../task/block';
import { isCapable } from '../task/credentials';
import { execute, truncated } from '../task/exec';
import { getGroup, getSession, setGroup, setSession } from '../task/groups';
import { kill } from '../task/kill';
import { setLimit } from '../task/set-limit';
import { deliverToCaller, isUnblockable } from '../task/signal-delivery';
import { type SignalAction, type SignalMask, signalBit } from '../task/signal-state';
import type { SimTask } from '../task/sim-task';
import type { ResourceLimit, ResourceName } from '../task/task';
import { TaskEnded } from '../task/task-ended';
import { waitForChild } from '../task/wait';
import { MountSyscalls } from './mount-calls';
import type { ProcessCalls, Sys } from './sys';
import type { Pid, Utsname, WaitResult } from './types';

const { SIGKILL, SIGSTOP, SIGALRM } = signalNumbers;
const neverBlocked = signalBit(SIGKILL) | signalBit(SIGSTOP);
const hostNameMax = 64;
/** What a turn of a loop costs where nothing else is counted. */
const checkpointCostNs = 1_500;

export abstract class ProcessSyscalls extends MountSyscalls implements ProcessCalls {
  constructor(
    kernel: SimKernel,
    /** The task with all that only this kernel's own parts know of it. */
    protected readonly self: SimTask,
  ) {
    super(kernel, self);
  }

  getpid(): Pid {
    return this.kernel.tasks.numberIn(this.task, this.task.ns.pid) ?? 0;
  }
  getppid(): Pid {
    const { parent } = this.task;
    return parent ? (this.kernel.tasks.numberIn(parent, this.task.ns.pid) ?? 0) : 0;
  }
  getpgid(pid?: Pid): Pid {
    return getGroup(this.kernel, this.self, pid ?? 0);
  }
  setpgid(pid: Pid, group: Pid): void {
    this.enter();
    setGroup(this.kernel, this.self, pid, group);
  }
  getsid(pid?: Pid): Pid {
    return getSession(this.kernel, this.self, pid ?? 0);
  }
  setsid(): Pid {
    this.enter();
    return setSession(this.kernel, this.self);
  }

  clone(flags: number, child: (sys: Sys) => Blocking<number>): Pid {
    this.enter();
    const task = this.kernel.tasks.clone(this.self, flags, child);
    return this.kernel.tasks.numberIn(task, this.task.ns.pid) ?? 0;
  }
  fork(child: (sys: Sys) => Blocking<number>): Pid {
    return this.clone(0, child);
  }
  execve(path: string, argv: readonly string[], env: readonly string[]): Blocking<never> {
    this.enter();
    return execute(this.kernel, this.self, path, argv, env);
  }
  exit(status: number): never {
    this.kernel.tasks.end(this.self, { kind: 'exited', code: status & 0xff });
    throw new TaskEnded();
  }
  waitpid(pid: Pid, options = 0): Blocking<WaitResult | null> {
    this.enter();
    return waitForChild(this.kernel, this.self, pid, options);
  }

  kill(pid: Pid, signal: Signal): void {
    this.enter();
    kill(this.kernel, this.self, pid, signal);
    deliverToCaller(this.kernel, this.self);
  }
  sigaction(signal: Signal, action: SignalAction): SignalAction {
    this.enter();
    if (signalName(signal) === undefined || isUnblockable(signal)) throw new SysError('EINVAL');
    const { signals } = this.task;
    const before = signals.action(signal);
    if (action === 'default') signals.actions.delete(signal);
    else signals.actions.set(signal, action);
    const byDefault = defaultAction(signal);
    const isIgnored =
      action === 'ignore' || (action === 'default' && (byDefault === 'ignore' || byDefault === 'continue'));
    if (isIgnored) signals.pending &= ~signalBit(signal);
    this.kernel.touch('processes');
    return before;
  }
  sigprocmask(how: 'block' | 'unblock' | 'set', mask: SignalMask): SignalMask {
    this.enter();
    const { signals } = this.task;
    const before = signals.blocked;
    if (how === 'block') signals.blocked |= mask;
    else if (how === 'unblock') signals.blocked &= ~mask;
    else signals.blocked = mask;
    signals.blocked &= ~neverBlocked;
    deliverToCaller(this.kernel, this.self);
    return before;
  }
  sigpending(): SignalMask {
    return this.task.signals.pending & this.task.signals.blocked;
  }
  *pause(): Blocking<never> {
    this.enter();
    yield* block(this.task, () => undefined, [], { restartable: false });
    throw new SysError('EINTR');
  }
  *sigtimedwait(mask: SignalMask, timeout: Nanoseconds | null): Blocking<Signal> {
    this.enter();
    const { signals } = this.task;
    // While it waits they are not delivered; their coming wakes the wait all the same.
    signals.awaited = mask;
    const deadline = timeout === null ? undefined : this.kernel.now + timeout;
    try {
      const taken = yield* block(this.task, () => this.#takePending(mask), [this.self.signalArrived], {
        deadline,
        restartable: false,
      });
      if (taken === undefined) throw new SysError('EAGAIN');
      return taken;
    } finally {
      signals.awaited = 0n;
    }
  }
  alarm(after: Nanoseconds): Nanoseconds {
    this.enter();
    const task = this.self;
    const left = task.alarm ? Math.max(0, task.alarm.at - this.kernel.now) : 0;
    task.alarm?.timer.cancel();
    task.alarm = null;
    if (after > 0) {
      const timer = this.kernel.after(after, () => {
        task.alarm = null;
        this.kernel.tasks.signal(task, SIGALRM);
      });
      task.alarm = { timer, at: this.kernel.now + after };
    }
    return left;
  }
  *checkpoint(rounds = 1): Blocking<void> {
    const { job } = this.task;
    job.spend(rounds * checkpointCostNs);
    if (job.sliceIsUsedUp || job.owner.isInterrupted) yield { queues: [], preempt: true };
  }
  need(part: Part): Blocking<boolean> {
    return this.kernel.scheduler.need(part);
  }
  *schedYield(): Blocking<void> {
    this.enter();
    yield { queues: [], preempt: true };
  }

  getpriority(pid?: Pid): number {
    return this.#target(pid).niceness;
  }
  setpriority(pid: Pid, nice: number): void {
    this.enter();
    const target = this.#target(pid);
    const { cred } = this.task;
    const isOwner = cred.euid === target.cred.uid || cred.euid === target.cred.euid;
    if (!isOwner && !isCapable(cred, 'sys_nice', target.cred.user)) throw new SysError('EPERM');
    const value = Math.max(-20, Math.min(19, nice));
    if (value < target.niceness && !isCapable(cred, 'sys_nice', target.cred.user)) throw new SysError('EACCES');
    target.niceness = value;
  }
  getrlimit(resource: ResourceName, pid?: Pid): ResourceLimit {
    return { ...this.#target(pid).limits[resource] };
  }
  setrlimit(resource: ResourceName, limit: ResourceLimit, pid?: Pid): void {
    this.enter();
    setLimit(this.self, this.#target(pid), resource, limit);
  }
  times(): { self: Nanoseconds; children: Nanoseconds } {
    const task = this.self;
    return { self: task.cpuTime + task.job.used, children: task.childrenTime };
  }

  getName(): string {
    return this.task.comm;
  }
  setName(name: string): void {
    this.task.comm = truncated(name);
    this.kernel.touch('processes');
  }
  setNoNewPrivs(): void {
    this.task.noNewPrivs = true;
    this.kernel.touch('processes');
  }
  setParentDeathSignal(signal: Signal | 0): void {
    if (signal !== 0 && signalName(signal) === undefined) throw new SysError('EINVAL');
    this.task.parentDeathSignal = signal;
  }
  setSubreaper(on: boolean): void {
    this.task.subreaper = on;
  }
  allocate(bytes: number): void {
    this.enter();
    const { task, kernel } = this;
    const change = Math.max(bytes, -task.memory);
    const { as, data } = task.limits;
    if (change > 0 && task.memory + change > Math.min(as.soft, data.soft)) throw new SysError('ENOMEM');
    if (change >= 0) kernel.cgroups.charge(task, change);
    else kernel.cgroups.uncharge(task, -change);
    task.memory += change;
    // The OOM killer may have chosen the caller itself.
    deliverToCaller(kernel, this.self);
  }

  uname(): Utsname {
    const { hostname, domainname } = this.task.ns.uts;
    return {
      sysname: 'Linux',
      nodename: hostname,
      release: kernelRelease,
      version: kernelVersion,
      machine: 'x86_64',
      domainname,
    };
  }
  sethostname(name: string): void {
    this.#mayName();
    if (name.length > hostNameMax) throw new SysError('EINVAL');
    this.task.ns.uts.hostname = name;
    this.kernel.touch('namespaces');
  }
  setdomainname(name: string): void {
    this.#mayName();
    if (name.length > hostNameMax) throw new SysError('EINVAL');
    this.task.ns.uts.domainname = name;
    this.kernel.touch('namespaces');
  }

  #mayName(): void {
    this.enter();
    const owner = this.task.ns.uts.owner ?? this.kernel.namespaces.initial.user;
    if (!isCapable(this.task.cred, 'sys_admin', owner)) throw new SysError('EPERM');
  }

  #takePending(mask: SignalMask): Signal | undefined {
    const { signals } = this.task;
    const found = signals.pending & mask;
    if (found === 0n) return undefined;
    for (let signal = 1; signal <= 64; signal++) {
      if ((found & signalBit(signal)) === 0n) continue;
      signals.pending &= ~signalBit(signal);
      return signal;
    }
    return undefined;
  }

  #target(pid: Pid | undefined): SimTask {
    if (pid === undefined || pid === 0) return this.self;
    const task = this.kernel.tasks.inNamespace(this.task.ns.pid, pid);
    if (!task) throw new SysError('ESRCH');
    return task;
  }
}
