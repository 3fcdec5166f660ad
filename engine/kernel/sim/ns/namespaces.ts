/**
 * The namespaces of a lab: the ones it begins with, how more are made and entered, and when one ends (namespaces(7)).
 *
 * A namespace lives as long as a task is in it, a descriptor or a bind mount leads to it, or another one below it lives.
 * Tasks are counted; the rest is looked for when a count has come to nothing.
 */
import * as abi from '../abi';
import { SysError } from '../abi/errno';
import { CgroupNamespace } from '../cgroup/types';
import type { IpcNamespace } from '../ipc/types';
import type { SimKernel } from '../kernel';
import type { NetNamespace } from '../net/types';
import { type Credentials, isCapable } from '../task/credentials';
import type { SimTask } from '../task/sim-task';
import type { FsContext, NamespaceSet } from '../task/task';
import {
  type MountNamespace,
  type Namespace,
  PidNamespace,
  TimeNamespace,
  UserNamespace,
  UtsNamespace,
} from './namespace';

export interface InitialNamespaces {
  user: UserNamespace;
  mnt: MountNamespace;
  uts: UtsNamespace;
  ipc: IpcNamespace;
  pid: PidNamespace;
  net: NetNamespace;
  cgroup: CgroupNamespace;
  time: TimeNamespace;
}

/** Initial ones, as Linux numbers them (include/linux/proc_ns.h). */
const initialInums = { time: 4026531834, cgroup: 4026531835, pid: 4026531836, user: 4026531837, uts: 4026531838 };
/** user_namespaces(7): at most 32 levels. */
const maxLevel = 32;

const allFlags =
  abi.CLONE_NEWTIME |
  abi.CLONE_NEWNS |
  abi.CLONE_NEWCGROUP |
  abi.CLONE_NEWUTS |
  abi.CLONE_NEWIPC |
  abi.CLONE_NEWUSER |
  abi.CLONE_NEWPID |
  abi.CLONE_NEWNET;

export class Namespaces {
  readonly #all = new Set<Namespace>();
  #initial: InitialNamespaces | null = null;
  #sweepPlanned = false;

  constructor(private readonly kernel: SimKernel) {}

  /** Made when first asked for: by then every other part of the kernel is there. */
  get initial(): InitialNamespaces {
    this.#initial ??= this.#makeInitial();
    return this.#initial;
  }

  all(): Iterable<Namespace> {
    return this.#all;
  }

  /** What a child is born with. `fs` is its own already, and is moved into a new mount namespace. */
  forChild(parent: SimTask, flags: number, fs: FsContext, checked: boolean): { ns: NamespaceSet; cred: Credentials } {
    if (flags & ~(allFlags | abi.CLONE_PARENT | 0xff)) throw new SysError('EINVAL');
    const cred = flags & abi.CLONE_NEWUSER ? this.#newUser(parent, checked) : parent.cred;
    if (checked) mustBeAble(cred, flags);
    const made = this.#make(parent, cred, flags, fs);
    const pid =
      flags & abi.CLONE_NEWPID ? this.#newPid(parent, cred, parent.ns.pidForChildren) : parent.ns.pidForChildren;
    const time = flags & abi.CLONE_NEWTIME ? this.#newTime(parent, cred) : parent.ns.timeForChildren;
    return { cred, ns: { ...parent.ns, ...made, pid, pidForChildren: pid, time, timeForChildren: time } };
  }

  /** unshare(2). Errors: EINVAL, EPERM, ENOSPC. */
  unshare(task: SimTask, flags: number): void {
    if (flags & ~allFlags) throw new SysError('EINVAL');
    if (flags & abi.CLONE_NEWUSER && this.#isChrooted(task)) throw new SysError('EPERM');
    if (flags & abi.CLONE_NEWPID && task.ns.pidForChildren !== task.ns.pid && task.ns.pidForChildren.init !== null) {
      throw new SysError('EINVAL');
    }
    const cred = flags & abi.CLONE_NEWUSER ? this.#newUser(task, true) : task.cred;
    mustBeAble(cred, flags);
    const made = this.#make(task, cred, flags, task.fs);
    const before = { ...task.ns, user: task.cred.user };
    this.#replace(task, made);
    this.#setCred(task, cred, before.user);
    if (flags & abi.CLONE_NEWPID) task.ns.pidForChildren = this.#newPid(task, cred, task.ns.pidForChildren);
    if (flags & abi.CLONE_NEWTIME) task.ns.timeForChildren = this.#newTime(task, cred);
    this.kernel.touch('processes', 'namespaces', 'mounts');
  }

  /** setns(2) with a namespace's file. Errors: EINVAL, EPERM. */
  setns(task: SimTask, ns: Namespace): void {
    const { cred } = task;
    if (ns instanceof UserNamespace) return this.#enterUser(task, ns);
    const owner = ns.owner ?? this.initial.user;
    if (!isCapable(cred, 'sys_admin', owner) || !isCapable(cred, 'sys_admin', cred.user)) throw new SysError('EPERM');
    if (ns instanceof PidNamespace) return this.#enterPid(task, ns);
    if (ns instanceof TimeNamespace) {
      this.#replace(task, { time: ns });
      task.ns.timeForChildren = ns;
      return this.kernel.touch('processes');
    }
    if (isMount(ns)) {
      if (!isCapable(cred, 'sys_chroot', cred.user)) throw new SysError('EPERM');
      this.#replace(task, { mnt: ns });
      const root = this.kernel.vfs.rootOf(ns);
      task.fs.root = root;
      task.fs.cwd = root;
    } else if (ns instanceof UtsNamespace) this.#replace(task, { uts: ns });
    else if (isIpc(ns)) this.#replace(task, { ipc: ns });
    else if (isNet(ns)) this.#replace(task, { net: ns });
    else if (ns instanceof CgroupNamespace) this.#replace(task, { cgroup: ns });
    this.kernel.touch('processes', 'namespaces');
  }

  taskBorn(task: SimTask): void {
    for (const ns of namespacesOf(task)) ns.tasks++;
    this.kernel.touch('namespaces');
  }

  /** It is a zombie now: it holds nothing but its numbers. */
  taskEnded(task: SimTask): void {
    for (const ns of namespacesOf(task)) {
      ns.tasks--;
      if (ns.tasks === 0) this.sweepSoon();
    }
  }

  taskForgotten(task: SimTask): void {
    const own = task.numbers.at(-1);
    if (own && own.ns.members.size === 0) this.sweepSoon();
  }

  /** execve(2) enters the time namespace its children were to be born in. */
  taskExecuted(task: SimTask): void {
    if (task.ns.timeForChildren === task.ns.time) return;
    this.#replace(task, { time: task.ns.timeForChildren });
  }

  /** The lab gives a Machine's first process another cgroup: its namespace begins there. */
  rootCgroup(task: SimTask, flags: number): void {
    if (!(flags & abi.CLONE_NEWCGROUP)) return;
    this.#replace(task, {
      cgroup: this.#register(new CgroupNamespace(this.kernel.nextInum(), task.cred.user, task.cgroup)),
    });
  }

  /** A descriptor or bind mount that led to a namespace is gone: perhaps it was the last thing that held it. */
  sweepSoon(): void {
    if (this.#sweepPlanned) return;
    this.#sweepPlanned = true;
    this.kernel.after(0, () => {
      this.#sweepPlanned = false;
      this.#sweep();
    });
  }

  #sweep(): void {
    for (let ended = true; ended; ) {
      ended = false;
      const held = this.#held();
      for (const ns of [...this.#all]) {
        if (ns.tasks > 0 || held.has(ns)) continue;
        this.#end(ns);
        ended = true;
      }
    }
    this.kernel.touch('namespaces');
  }

  /** What lives without a task of its own. */
  #held(): Set<Namespace> {
    const held = new Set<Namespace>(Object.values(this.initial));
    for (const ns of this.kernel.vfs.pinnedNamespaces()) held.add(ns);
    for (const task of this.kernel.tasks.all()) {
      held.add(task.ns.pidForChildren);
      held.add(task.ns.timeForChildren);
      for (const { ns } of task.numbers) held.add(ns);
    }
    for (const ns of this.#all) if (isNet(ns) && ns.sockets.open.size > 0) held.add(ns);
    for (const ns of [...this.#all]) {
      if (ns.tasks === 0 && !held.has(ns)) continue;
      for (let owner = ns.owner; owner !== null && !held.has(owner); owner = owner.parent) held.add(owner);
      if (ns instanceof PidNamespace) for (let up = ns.parent; up !== null; up = up.parent) held.add(up);
    }
    return held;
  }

  #end(ns: Namespace): void {
    this.#all.delete(ns);
    if (isNet(ns)) this.kernel.network.releaseNamespace(ns);
    else if (isMount(ns)) this.kernel.vfs.releaseMountNamespace(ns);
    else if (isIpc(ns)) this.kernel.ipc.releaseNamespace(ns);
  }

  /** What a set of flags makes of all kinds that take effect at once. */
  #make(task: SimTask, cred: Credentials, flags: number, fs: FsContext): Partial<NamespaceSet> {
    const { kernel } = this;
    const made: Partial<NamespaceSet> = {};
    if (flags & abi.CLONE_NEWNS) made.mnt = this.#register(kernel.vfs.newMountNamespace(task.ns.mnt, cred.user, fs));
    if (flags & abi.CLONE_NEWUTS) {
      const uts = this.#register(new UtsNamespace(kernel.nextInum(), cred.user));
      uts.hostname = task.ns.uts.hostname;
      uts.domainname = task.ns.uts.domainname;
      made.uts = uts;
    }
    if (flags & abi.CLONE_NEWIPC) made.ipc = this.#register(kernel.ipc.createNamespace(cred.user));
    if (flags & abi.CLONE_NEWNET) made.net = this.#register(kernel.network.createNamespace(cred.user));
    if (flags & abi.CLONE_NEWCGROUP) {
      made.cgroup = this.#register(new CgroupNamespace(kernel.nextInum(), cred.user, task.cgroup));
    }
    return made;
  }

  #newUser(task: SimTask, checked: boolean): Credentials {
    const { cred } = task;
    if (checked && cred.user.level >= maxLevel) throw new SysError('ENOSPC');
    const ns = new UserNamespace(this.kernel.nextInum(), cred.user, cred.euid, cred.egid);
    this.#register(ns);
    return {
      ...cred,
      user: ns,
      inheritable: 0n,
      permitted: abi.allCapabilities,
      effective: abi.allCapabilities,
      bounding: abi.allCapabilities,
      ambient: 0n,
      keepCaps: false,
    };
  }

  #newPid(task: SimTask, cred: Credentials, parent: PidNamespace): PidNamespace {
    if (parent.level >= maxLevel) throw new SysError('ENOSPC');
    if (parent !== task.ns.pid) throw new SysError('EINVAL');
    return this.#register(new PidNamespace(this.kernel.nextInum(), cred.user, parent));
  }

  #newTime(task: SimTask, cred: Credentials): TimeNamespace {
    const time = this.#register(new TimeNamespace(this.kernel.nextInum(), cred.user));
    time.monotonicOffset = task.ns.timeForChildren.monotonicOffset;
    time.boottimeOffset = task.ns.timeForChildren.boottimeOffset;
    return time;
  }

  #enterUser(task: SimTask, ns: UserNamespace): void {
    if (ns === task.cred.user) throw new SysError('EINVAL');
    if (!isCapable(task.cred, 'sys_admin', ns)) throw new SysError('EPERM');
    const before = task.cred.user;
    const cred = {
      ...task.cred,
      user: ns,
      inheritable: 0n,
      permitted: abi.allCapabilities,
      effective: abi.allCapabilities,
      bounding: abi.allCapabilities,
      ambient: 0n,
    };
    this.#setCred(task, cred, before);
    this.kernel.touch('processes', 'namespaces');
  }

  #enterPid(task: SimTask, ns: PidNamespace): void {
    for (let at: PidNamespace | null = ns; at !== task.ns.pid; at = at.parent) {
      if (at === null) throw new SysError('EINVAL');
    }
    task.ns.pidForChildren = ns;
    this.kernel.touch('processes', 'namespaces');
  }

  #replace(task: SimTask, by: Partial<NamespaceSet>): void {
    const before = namespacesOf(task);
    Object.assign(task.ns, by);
    this.#recount(before, namespacesOf(task));
  }

  #setCred(task: SimTask, cred: Credentials, before: UserNamespace): void {
    task.cred = cred;
    if (before !== cred.user) this.#recount([before], [cred.user]);
  }

  #recount(before: readonly Namespace[], after: readonly Namespace[]): void {
    for (const ns of after) ns.tasks++;
    for (const ns of before) {
      ns.tasks--;
      if (ns.tasks === 0) this.sweepSoon();
    }
  }

  #isChrooted(task: SimTask): boolean {
    const root = this.kernel.vfs.rootOf(task.ns.mnt);
    return task.fs.root.mount !== root.mount || task.fs.root.dentry !== root.dentry;
  }

  #register<T extends Namespace>(ns: T): T {
    this.#all.add(ns);
    return ns;
  }

  #makeInitial(): InitialNamespaces {
    const { kernel } = this;
    const user = this.#register(new UserNamespace(initialInums.user, null, 0, 0));
    const uts = this.#register(new UtsNamespace(initialInums.uts, user));
    uts.hostname = 'host';
    return {
      user,
      uts,
      mnt: this.#register(kernel.vfs.initialNamespace(user)),
      ipc: this.#register(kernel.ipc.createNamespace(user)),
      pid: this.#register(new PidNamespace(initialInums.pid, user, null)),
      net: this.#register(kernel.network.createNamespace(user)),
      cgroup: this.#register(new CgroupNamespace(initialInums.cgroup, user, kernel.cgroups.root)),
      time: this.#register(new TimeNamespace(initialInums.time, user)),
    };
  }
}

function namespacesOf(task: SimTask): Namespace[] {
  const { mnt, uts, ipc, pid, net, cgroup, time } = task.ns;
  return [mnt, uts, ipc, pid, net, cgroup, time, task.cred.user];
}

/** Everything but a user namespace takes CAP_SYS_ADMIN in the one that is to own it. */
function mustBeAble(cred: Credentials, flags: number): void {
  if (!(flags & allFlags & ~abi.CLONE_NEWUSER)) return;
  if (!isCapable(cred, 'sys_admin', cred.user)) throw new SysError('EPERM');
}

function isMount(ns: Namespace): ns is MountNamespace {
  return ns.kind === 'mnt';
}
function isIpc(ns: Namespace): ns is IpcNamespace {
  return ns.kind === 'ipc';
}
function isNet(ns: Namespace): ns is NetNamespace {
  return ns.kind === 'net';
}
