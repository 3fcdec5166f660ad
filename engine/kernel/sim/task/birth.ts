/** How a process begins (clone(2)): what it shares, what it copies, and what forbids it. */
import * as abi from '../abi';
import { SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { PidNamespace } from '../ns/namespace';
import type { Credentials } from './credentials';
import { FdTable } from './fd-table';
import { defaultLimits } from './limits';
import { SimTask } from './sim-task';

/** PID_MAX_LIMIT of a 64-bit kernel. Numbers below 300 are not given again. */
const pidMax = 4_194_304;
const reservedPids = 300;
/** clone(2) and the page tables it copies. */
const cloneCostNs = 60_000;

export function firstTask(kernel: SimKernel, cred: Credentials): SimTask {
  const { mnt, uts, ipc, pid, net, cgroup, time } = kernel.namespaces.initial;
  const root = kernel.vfs.rootOf(mnt);
  const task = new SimTask(kernel, {
    numbers: [{ ns: pid, number: nextNumber(pid) }],
    cred,
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

/** `checked`: limits and rights count. Errors: EAGAIN, ENOMEM, EPERM, EINVAL as clone(2). */
export function bearTask(kernel: SimKernel, parent: SimTask, flags: number, checked: boolean): SimTask {
  if (checked) checkLimits(kernel, parent);
  const { namespaces } = kernel;
  const fs = { ...parent.fs };
  const made = namespaces.forChild(parent, flags, fs, checked);
  const numbers = giveNumbers(made.ns.pid);
  const task = new SimTask(kernel, {
    numbers,
    cred: made.cred,
    ns: made.ns,
    fs,
    files: kernel.vfs.copyFds(parent.files),
    limits: copyLimits(parent),
    cgroup: parent.cgroup,
  });
  inherit(task, parent);
  adopt(task, flags & abi.CLONE_PARENT ? (parent.parent ?? parent) : parent);
  namespaces.taskBorn(task);
  kernel.cgroups.attach(task, parent.cgroup);
  kernel.scheduler.current?.spend(cloneCostNs);
  return task;
}

function checkLimits(kernel: SimKernel, parent: SimTask): void {
  kernel.cgroups.mayFork(parent);
  const { soft } = parent.limits.nproc;
  if (!Number.isFinite(soft) || parent.cred.uid === 0) return;
  let count = 0;
  for (const task of kernel.tasks.all()) if (task.cred.uid === parent.cred.uid) count++;
  if (count >= soft) throw new SysError('EAGAIN');
}

/** One in each namespace from the initial one down. ENOMEM when number 1 of one has ended. */
function giveNumbers(innermost: PidNamespace): SimTask['numbers'] {
  const levels: PidNamespace[] = [];
  for (let ns: PidNamespace | null = innermost; ns !== null; ns = ns.parent) levels.unshift(ns);
  if (levels.some((ns) => ns.dead || (ns.parent !== null && ns.init === null && ns.lastPid > 0))) {
    throw new SysError('ENOMEM');
  }
  return levels.map((ns) => ({ ns, number: nextNumber(ns) }));
}

function nextNumber(ns: PidNamespace): number {
  for (let tries = 0; tries < pidMax; tries++) {
    ns.lastPid = ns.lastPid + 1 >= pidMax ? reservedPids : ns.lastPid + 1;
    if (!ns.members.has(ns.lastPid)) return ns.lastPid;
  }
  throw new SysError('EAGAIN');
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
  task.niceness = parent.niceness;
  task.oomScoreAdj = parent.oomScoreAdj;
  task.signals.blocked = parent.signals.blocked;
  for (const [signal, action] of parent.signals.actions) task.signals.actions.set(signal, action);
}

function adopt(task: SimTask, parent: SimTask): void {
  task.parent = parent;
  parent.children.add(task);
}

function copyLimits(parent: SimTask): SimTask['limits'] {
  const { limits } = parent;
  return { ...limits };
}
