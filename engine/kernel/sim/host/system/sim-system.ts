/**
 * The `System` port for a simulated Machine: what a container runtime needs of it, through a process of its own there, the
 * engine. Calls that answer at once are made between two steps of the kernel; promises are settled in steps, and the engine acts
 * on them before the lab's clock goes on.
 */
import type { Plan } from '../../../plan';
import { KernelError } from '../../../port';
import type {
  CgroupHierarchy,
  PlanOutcome,
  PlanRun,
  ProcessExit,
  ProcessName,
  System,
  SystemFacts,
  SystemRunOptions,
} from '../../../system';
import * as abi from '../../abi';
import { DeviceFilter } from '../../cgroup/device-filter';
import { CgroupDirectory } from '../../fs/cgroup2/inodes';
import type { SimKernel } from '../../kernel';
import { outcomeOf } from '../../plan';
import type { TaskSys } from '../../sys/task-sys';
import type { SimTask } from '../../task/sim-task';
import type { Task } from '../../task/task';
import { startEngine } from '../engine-process';
import { type Answers, AnswersOutside, attempt, attemptExcept, type Mover } from './answers';
import { exitOf, reap, startPlan } from './plan-process';
import { SimDescriptors } from './system-descriptors';
import { SimSystemFiles } from './system-files';

const nsPerMs = 1_000_000;
/** USER_HZ */
const nsPerTick = 10_000_000;
const cgroupRoot = '/sys/fs/cgroup';

export class SimSystem implements System {
  readonly files: SimSystemFiles;
  readonly descriptors: SimDescriptors;

  /** Starts the engine's process as a child of a Machine's init. */
  static start(kernel: SimKernel, init: Task, mover: Mover): SimSystem {
    return new SimSystem(kernel.tasks.sysOf(startEngine(kernel, init)), new AnswersOutside(mover));
  }

  /** Of the process of `sys`: what it does is done as that one. */
  constructor(
    private readonly sys: TaskSys,
    private readonly answers: Answers,
  ) {
    this.files = new SimSystemFiles(sys, answers);
    this.descriptors = new SimDescriptors(sys, answers);
  }

  get #kernel(): SimKernel {
    return this.sys.task.kernel;
  }

  run(plan: Plan, options: SystemRunOptions = {}): PlanRun {
    return startPlan(this.sys, this.answers, plan, options);
  }

  outcome(plan: Plan, records: Uint8Array): PlanOutcome {
    return outcomeOf(plan, records);
  }

  process(pid: number): ProcessName | null {
    const task = this.#find(pid);
    return task?.isAlive ? { pid, startTime: ticks(task) } : null;
  }

  signal({ pid, startTime }: ProcessName, signal: number): boolean {
    const task = this.#find(pid);
    if (!task || ticks(task) !== startTime) return false;
    return attemptExcept(['ESRCH'], false, 'kill', String(pid), () => {
      this.sys.kill(pid, signal);
      return true;
    });
  }

  childExit(pid: number): Promise<ProcessExit> {
    const task = this.#find(pid);
    if (!task || task.parent !== this.sys.task) {
      return Promise.reject(new KernelError('ECHILD', 'wait4', String(pid)));
    }
    return this.answers.promise((resolve) =>
      this.#kernel.tasks.onExit(task, (status) => {
        resolve(exitOf(status));
        this.#kernel.after(0, () => reap(this.sys.task, task));
      }),
    );
  }

  async ended({ pid, startTime }: ProcessName): Promise<void> {
    const task = this.#find(pid);
    if (!task?.isAlive || ticks(task) !== startTime) return;
    await this.answers.promise<void>((resolve) => this.#kernel.tasks.onExit(task, () => resolve()));
  }

  cgroupHierarchies(): readonly CgroupHierarchy[] {
    const controllers = (this.files.read(`${cgroupRoot}/cgroup.controllers`) ?? '').trim().split(' ');
    return [{ version: 2, mountPoint: cgroupRoot, name: '', controllers, options: '' }];
  }

  attachDeviceProgram(directory: string, program: Uint8Array): void {
    attempt('bpf', directory, () => {
      const { inode } = this.#kernel.vfs.resolve(this.sys.task, directory).dentry;
      if (!(inode instanceof CgroupDirectory)) throw new abi.SysError('EBADF');
      inode.node.devices = new DeviceFilter(program);
    });
  }

  unmount(path: string): void {
    attemptExcept(['EINVAL', 'ENOENT'], undefined, 'umount2', path, () =>
      this.sys.umount(path, abi.MNT_DETACH | abi.UMOUNT_NOFOLLOW),
    );
  }

  now(): Date {
    return new Date(this.#kernel.realtime / nsPerMs);
  }

  sleep(milliseconds: number): Promise<void> {
    return this.answers.promise((resolve) => void this.#kernel.after(milliseconds * nsPerMs, () => resolve()));
  }

  get facts(): SystemFacts {
    return {
      pid: this.sys.getpid(),
      uid: this.sys.geteuid(),
      gid: this.sys.getegid(),
      capabilities: this.sys.capget().permitted,
      architecture: 'x64',
      securityModules: [],
    };
  }

  #find(pid: number): SimTask | undefined {
    return this.#kernel.tasks.inNamespace(this.sys.task.ns.pid, pid);
  }
}

function ticks(task: Task): string {
  return String(Math.floor(task.startTime / nsPerTick));
}
