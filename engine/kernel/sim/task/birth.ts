/** How a process begins (clone(2)): what it shares, what it copies, and what forbids it. */
import { allCapabilities } from '../abi/capabilities';
import { CLONE_PARENT } from '../abi/clone';
import { SysError } from '../abi/errno';
import type { CgroupNode } from '../cgroup/types';
import type { SimKernel } from '../kernel';
import { type Credentials, isCapable } from './credentials';
import { FdTable } from './fd-table';
import { defaultLimits } from './limits';
import { giveNumbers, isFirst } from './numbers';
import { SimTask } from './sim-task';

/** clone(2) and the page tables it copies. */
const cloneCostNs = 60_000;

export function firstTask(kernel: SimKernel): SimTask {
  const { mnt, uts, ipc, pid, net, cgroup, time } = kernel.namespaces.initial;
  const root = kernel.vfs.rootOf(mnt);
  const task = new SimTask(kernel, {
    numbers: giveNumbers(kernel, pid),
    cred: rootCredentials(kernel),
    ns: { mnt, uts, ipc, pid, net, cgroup, time, pidForChildren: pid, timeForChildren: time },
    fs: { root, cwd: root, umask: 0o022 },
    files: new FdTable(),
    limits: defaultLimits(),
    cgroup: kernel.cgroups.root,
  });
  task.comm = 'lab';
  task.argv = ['lab'];
  task.session = task.pid;
  task.group = task.pid;
  kernel.namespaces.taskBorn(task);
  kernel.cgroups.attach(task, kernel.cgroups.root);
  return task;
}

/** `checked`: limits and rights count. Errors: EAGAIN, ENOMEM, EPERM, EINVAL, ENOSPC as clone(2). */
export function bearTask(
  kernel: SimKernel,
  parent: SimTask,
  flags: number,
  checked: boolean,
  cgroup: CgroupNode = parent.cgroup,
): SimTask {
  if ((flags & CLONE_PARENT) !== 0 && isFirst(parent)) throw new SysError('EINVAL');
  if (checked) checkLimits(kernel, parent);
  const { namespaces } = kernel;
  const fs = { ...parent.fs };
  const made = namespaces.forChild(parent, flags, { fs, cgroup, checked });
  const task = new SimTask(kernel, {
    numbers: giveNumbers(kernel, made.ns.pid),
    cred: made.cred,
    ns: made.ns,
    fs,
    files: kernel.vfs.copyFds(parent.files),
    limits: copyLimits(parent),
    cgroup,
  });
  inherit(task, parent);
  adopt(task, (flags & CLONE_PARENT) !== 0 && parent.parent ? parent.parent : parent);
  namespaces.taskBorn(task);
  kernel.cgroups.attach(task, cgroup);
  kernel.ipc.forked(parent, task);
  kernel.scheduler.current?.spend(cloneCostNs);
  return task;
}

/** pids.max here and above, then RLIMIT_NPROC, which the lab's root is exempt from. */
function checkLimits(kernel: SimKernel, parent: SimTask): void {
  kernel.cgroups.mayFork(parent);
  const { cred } = parent;
  const { soft } = parent.limits.nproc;
  if (kernel.tasks.count < soft || (cred.uid === 0 && cred.user.parent === null)) return;
  const initial = kernel.namespaces.initial.user;
  if (isCapable(cred, 'sys_resource', initial) || isCapable(cred, 'sys_admin', initial)) return;
  let count = 0;
  for (const { cred: other } of kernel.tasks.all()) if (other.uid === cred.uid && other.user === cred.user) count++;
  if (count >= soft) throw new SysError('EAGAIN');
}

function inherit(task: SimTask, parent: SimTask): void {
  task.session = parent.session;
  task.group = parent.group;
  task.tty = parent.tty;
  task.comm = parent.comm;
  task.argv = parent.argv;
  task.env = parent.env;
  task.exe = parent.exe;
  task.noNewPrivs = parent.noNewPrivs;
  task.seccomp = parent.seccomp;
  task.dumpable = parent.dumpable;
  task.memoryUser = parent.memoryUser;
  task.niceness = parent.niceness;
  task.oomScoreAdj = parent.oomScoreAdj;
  task.signals.blocked = parent.signals.blocked;
  for (const [signal, action] of parent.signals.actions) task.signals.actions.set(signal, action);
}

/** The task is a child of `parent` from now on. */
export function adopt(task: SimTask, parent: SimTask): void {
  task.parent?.children.delete(task);
  task.parent = parent;
  parent.children.add(task);
}

function copyLimits({ limits }: SimTask): SimTask['limits'] {
  return { ...limits };
}

function rootCredentials(kernel: SimKernel): Credentials {
  return {
    uid: 0,
    euid: 0,
    suid: 0,
    fsuid: 0,
    gid: 0,
    egid: 0,
    sgid: 0,
    fsgid: 0,
    groups: [],
    user: kernel.namespaces.initial.user,
    inheritable: 0n,
    permitted: allCapabilities,
    effective: allCapabilities,
    bounding: allCapabilities,
    ambient: 0n,
    keepCaps: false,
  };
}
