/** The namespaces of a lab: the ones it begins with, who is in which, and when one ends (namespaces(7)). */
import { CLONE_NEWIPC, CLONE_PARENT } from '../abi/clone';
import { SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { Credentials } from '../task/credentials';
import { hasGained } from '../task/exec-credentials';
import type { SimTask } from '../task/sim-task';
import type { NamespaceSet } from '../task/task';
import { samePath } from '../vfs/path';
import { type CreateOptions, NamespaceMaker, namespaceFlags } from './create';
import { enter } from './enter';
import { type InitialNamespaces, makeInitial } from './initial';
import { sweep } from './lifetime';
import type { Namespace, UserNamespace } from './namespace';
import { NamespaceQuota } from './quota';

export type { InitialNamespaces } from './initial';

/** CSIGNAL: the lowest bits of clone's flags are the signal for the parent. */
const signalMask = 0x7f;

export class Namespaces {
  readonly #all = new Set<Namespace>();
  readonly #maker: NamespaceMaker;
  #initial: InitialNamespaces | null = null;
  #sweepPlanned = false;

  constructor(private readonly kernel: SimKernel) {
    this.#maker = new NamespaceMaker(kernel, new NamespaceQuota(), this.#all);
  }

  /** Made when first asked for: by then every other part of the kernel is there. */
  get initial(): InitialNamespaces {
    if (this.#initial) return this.#initial;
    const initial = makeInitial(this.kernel);
    this.#initial = initial;
    for (const ns of Object.values(initial)) this.#all.add(ns);
    this.kernel.network.onIdle = () => this.sweepSoon();
    return initial;
  }

  all(): Iterable<Namespace> {
    return this.#all;
  }

  /** What a child is born with. `fs` is its own already. Errors: EINVAL, EPERM, ENOSPC. */
  forChild(parent: SimTask, flags: number, options: CreateOptions): { ns: NamespaceSet; cred: Credentials } {
    if (flags & ~(namespaceFlags | CLONE_PARENT | signalMask)) throw new SysError('EINVAL');
    const { cred, ns: made } = this.#make(parent, flags, options);
    const all = { ...parent.ns, ...made };
    return { cred, ns: { ...all, pid: all.pidForChildren, time: all.timeForChildren } };
  }

  /** unshare(2). Errors: EINVAL, EPERM, ENOSPC. */
  unshare(task: SimTask, flags: number): void {
    if (flags & ~namespaceFlags) throw new SysError('EINVAL');
    const { cred, ns } = this.#make(task, flags, { fs: task.fs, cgroup: task.cgroup, checked: true });
    if (flags & CLONE_NEWIPC) this.kernel.ipc.exit(task);
    this.#replace(task, ns);
    this.setCredentials(task, cred);
    this.kernel.touch('processes', 'namespaces', 'mounts');
  }

  /** setns(2) with a namespace's file. Errors: EINVAL, EPERM. */
  setns(task: SimTask, target: Namespace): void {
    const { cred, ns } = enter(this.kernel, task, target);
    if (ns.ipc) this.kernel.ipc.exit(task);
    this.#replace(task, ns);
    this.setCredentials(task, cred);
    this.kernel.touch('processes', 'namespaces');
  }

  /** commit_creds: the one way in which a task's credentials change. */
  setCredentials(task: SimTask, cred: Credentials): void {
    const before = task.cred;
    if (before === cred) return;
    task.cred = cred;
    if (hasGained(before, cred)) {
      task.parentDeathSignal = 0;
      task.dumpable = this.kernel.sysctl.number('fs/suid_dumpable', task) === 1;
    }
    if (before.user !== cred.user) this.#recount([before.user], [cred.user]);
    this.kernel.touch('processes');
  }

  /** Its root is not that of its mount namespace. */
  isChrooted(task: SimTask): boolean {
    return !samePath(task.fs.root, this.kernel.vfs.rootOf(task.ns.mnt));
  }

  taskBorn(task: SimTask): void {
    for (const ns of livesIn(task)) ns.tasks++;
    this.kernel.touch('namespaces');
  }

  /** A zombie holds nothing but its numbers and who it was. */
  taskEnded(task: SimTask): void {
    this.#recount(livesIn(task), []);
  }

  taskForgotten(task: SimTask): void {
    const own = task.numbers.at(-1);
    if (own?.ns.init === task) own.ns.init = null;
    if (own?.ns.members.size === 0 || task.cred.user.tasks === 0) this.sweepSoon();
  }

  /** execve(2) enters the time namespace its children were to be born in. */
  taskExecuted(task: SimTask): void {
    if (task.ns.timeForChildren !== task.ns.time) this.#replace(task, { time: task.ns.timeForChildren });
  }

  /** A descriptor or bind mount that led to a namespace is gone: perhaps it was the last thing that held it. */
  sweepSoon(): void {
    if (this.#sweepPlanned) return;
    this.#sweepPlanned = true;
    this.kernel.after(0, () => this.settle());
  }

  /** Does at once what is planned: whoever looks at mounts must not see those of a namespace nobody is in. */
  settle(): void {
    if (!this.#sweepPlanned) return;
    this.#sweepPlanned = false;
    sweep(this.kernel, this.#all);
  }

  #make(task: SimTask, flags: number, options: CreateOptions) {
    try {
      return this.#maker.make(task, flags, options);
    } catch (error) {
      if (flags & namespaceFlags) this.sweepSoon();
      throw error;
    }
  }

  #replace(task: SimTask, by: Partial<NamespaceSet>): void {
    const before = livesIn(task);
    const { pidForChildren, timeForChildren } = task.ns;
    Object.assign(task.ns, by);
    this.#recount(before, livesIn(task));
    if (task.ns.pidForChildren !== pidForChildren || task.ns.timeForChildren !== timeForChildren) this.sweepSoon();
  }

  #recount(before: readonly Namespace[], after: readonly Namespace[]): void {
    for (const ns of after) ns.tasks++;
    for (const ns of before) {
      ns.tasks--;
      if (ns.tasks === 0) this.sweepSoon();
    }
  }
}

/** For pid and time: where its children are born does not count. */
function livesIn(task: SimTask): Namespace[] {
  const { mnt, uts, ipc, pid, net, cgroup, time } = task.ns;
  const user: UserNamespace = task.cred.user;
  return [mnt, uts, ipc, pid, net, cgroup, time, user];
}
