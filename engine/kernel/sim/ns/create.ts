/** New namespaces for clone(2) and unshare(2): who may have which, and what they begin with. */
import * as abi from '../abi';
import { SysError } from '../abi/errno';
import { CgroupNamespace, type CgroupNode } from '../cgroup/types';
import type { SimKernel } from '../kernel';
import { type Credentials, isCapable } from '../task/credentials';
import type { SimTask } from '../task/sim-task';
import type { FsContext, NamespaceSet } from '../task/task';
import { fromKernelId } from './id-map';
import { isWithin, type Namespace, PidNamespace, TimeNamespace, UserNamespace, UtsNamespace } from './namespace';
import type { NamespaceQuota } from './quota';

export const namespaceFlags =
  abi.CLONE_NEWTIME |
  abi.CLONE_NEWNS |
  abi.CLONE_NEWCGROUP |
  abi.CLONE_NEWUTS |
  abi.CLONE_NEWIPC |
  abi.CLONE_NEWUSER |
  abi.CLONE_NEWPID |
  abi.CLONE_NEWNET;

/** user_namespaces(7) and pid_namespaces(7): so many below the initial one. */
const maxLevel = 32;

export interface CreateOptions {
  /** Moved along into a new mount namespace. */
  fs: FsContext;
  /** Where a new cgroup namespace begins. */
  cgroup: CgroupNode;
  /** False: the lab itself asks; no right and no limit counts. */
  checked: boolean;
}

/** What changes; `pid` and `time` are those of the children. */
export interface Created {
  cred: Credentials;
  ns: Partial<NamespaceSet>;
}

export class NamespaceMaker {
  constructor(
    private readonly kernel: SimKernel,
    private readonly quota: NamespaceQuota,
    private readonly all: Set<Namespace>,
  ) {}

  /** Errors: EPERM, EINVAL, ENOSPC. Nothing has been made then, but perhaps a user namespace nobody lives in. */
  make(task: SimTask, flags: number, options: CreateOptions): Created {
    const cred = flags & abi.CLONE_NEWUSER ? this.#newUser(task, options.checked) : task.cred;
    if (options.checked) this.#check(cred, flags);
    this.#checkPid(task, cred, flags);
    return { cred, ns: this.#makeAll(task, cred, flags, options) };
  }

  #checkPid(task: SimTask, cred: Credentials, flags: number): void {
    if ((flags & abi.CLONE_NEWPID) === 0) return;
    // One step at a time: the children's namespace is made below the caller's own.
    if (task.ns.pidForChildren !== task.ns.pid) throw new SysError('EINVAL');
    const owner = task.ns.pid.owner;
    if (owner && !isWithin(cred.user, owner)) throw new SysError('EINVAL');
    if (task.ns.pid.level >= maxLevel) throw new SysError('ENOSPC');
  }

  /** All but user namespaces take CAP_SYS_ADMIN in the one that is to own them, and have to be allowed in number. */
  #check(cred: Credentials, flags: number): void {
    if ((flags & namespaceFlags & ~abi.CLONE_NEWUSER) === 0) return;
    if (!isCapable(cred, 'sys_admin', cred.user)) throw new SysError('EPERM');
    for (const [flag, kind] of kinds) if (flags & flag) this.quota.check(kind, cred.user, cred.euid, this.all);
  }

  /** In the order of the kernel's create_new_namespaces, which the numbers tell. */
  #makeAll(task: SimTask, cred: Credentials, flags: number, { fs, cgroup }: CreateOptions): Partial<NamespaceSet> {
    const { kernel } = this;
    const { user } = cred;
    const made: Partial<NamespaceSet> = {};
    if (flags & abi.CLONE_NEWNS) made.mnt = this.#add(kernel.vfs.newMountNamespace(task.ns.mnt, user, fs), cred);
    if (flags & abi.CLONE_NEWUTS) made.uts = this.#add(copyUts(kernel, task, user), cred);
    if (flags & abi.CLONE_NEWIPC) made.ipc = this.#add(kernel.ipc.createNamespace(user), cred);
    if (flags & abi.CLONE_NEWPID) {
      made.pidForChildren = this.#add(new PidNamespace(kernel.nextInum(), user, task.ns.pid), cred);
    }
    if (flags & abi.CLONE_NEWCGROUP) {
      made.cgroup = this.#add(new CgroupNamespace(kernel.nextInum(), user, cgroup), cred);
    }
    if (flags & abi.CLONE_NEWNET) made.net = this.#add(kernel.network.createNamespace(user), cred);
    if (flags & abi.CLONE_NEWTIME) made.timeForChildren = this.#add(copyTime(kernel, task, user), cred);
    return made;
  }

  #newUser(task: SimTask, checked: boolean): Credentials {
    const { cred } = task;
    const parent = cred.user;
    if (checked) {
      if (parent.level > maxLevel) throw new SysError('ENOSPC');
      this.quota.check('user', parent, cred.euid, this.all);
      if (this.kernel.namespaces.isChrooted(task)) throw new SysError('EPERM');
      const hasIds = fromKernelId(parent, 'uid', cred.euid) !== null && fromKernelId(parent, 'gid', cred.egid) !== null;
      if (!hasIds) throw new SysError('EPERM');
    }
    const ns = new UserNamespace(this.kernel.nextInum(), parent, cred.euid, cred.egid);
    ns.setgroups = parent.setgroups;
    ns.parentCouldSetfcap = (cred.effective & abi.capabilityBit('setfcap')) !== 0n;
    this.all.add(ns);
    this.quota.note(ns, parent, cred.euid);
    return inUserNamespace(cred, ns);
  }

  #add<T extends Namespace>(ns: T, cred: Credentials): T {
    this.all.add(ns);
    this.quota.note(ns, cred.user, cred.euid);
    return ns;
  }
}

/** Whoever enters a user namespace has every capability there (user_namespaces(7)). */
export function inUserNamespace(cred: Credentials, user: UserNamespace): Credentials {
  return {
    ...cred,
    user,
    inheritable: 0n,
    permitted: abi.allCapabilities,
    effective: abi.allCapabilities,
    bounding: abi.allCapabilities,
    ambient: 0n,
    keepCaps: false,
  };
}

const kinds: ReadonlyArray<[flag: number, kind: Namespace['kind']]> = [
  [abi.CLONE_NEWNS, 'mnt'],
  [abi.CLONE_NEWUTS, 'uts'],
  [abi.CLONE_NEWIPC, 'ipc'],
  [abi.CLONE_NEWPID, 'pid'],
  [abi.CLONE_NEWCGROUP, 'cgroup'],
  [abi.CLONE_NEWNET, 'net'],
  [abi.CLONE_NEWTIME, 'time'],
];

function copyUts(kernel: SimKernel, { ns }: SimTask, owner: UserNamespace): UtsNamespace {
  const uts = new UtsNamespace(kernel.nextInum(), owner);
  uts.hostname = ns.uts.hostname;
  uts.domainname = ns.uts.domainname;
  return uts;
}

function copyTime(kernel: SimKernel, { ns }: SimTask, owner: UserNamespace): TimeNamespace {
  const time = new TimeNamespace(kernel.nextInum(), owner);
  time.monotonicOffset = ns.timeForChildren.monotonicOffset;
  time.boottimeOffset = ns.timeForChildren.boottimeOffset;
  return time;
}
