/** Processes as the LabState has them. */
import type { MachineId, NamespaceKind, NsId, Process } from '../../../state';
import { mapKinds } from '../../inspect';
import type { SimKernel } from '../kernel';
import type { Namespace, PidNamespace } from '../ns/namespace';
import type { Task } from '../task/task';
import type { Path } from '../vfs/path';
import { nsId } from './ns-id';

/** What the reader knows of a Machine. */
export interface ObservedMachine {
  id: MachineId;
  init: Task;
  pid: PidNamespace;
}

const maxArguments = 64;

export function namespacesOf(task: Task): Record<NamespaceKind, Namespace> {
  const { mnt, uts, ipc, pid, net, cgroup, time } = task.ns;
  return { mnt, uts, ipc, pid, net, user: task.cred.user, cgroup, time };
}

export function namespaceIds(task: Task): Record<NamespaceKind, NsId> {
  const all = namespacesOf(task);
  return mapKinds((kind) => nsId(kind, all[kind]));
}

/** The Machine a task belongs to: the one whose pid namespace it has a number in. */
export function machineOf(task: Task, machines: readonly ObservedMachine[]): ObservedMachine | undefined {
  return machines.find(({ pid }) => task.numbers.some(({ ns }) => ns === pid));
}

export function processState(kernel: SimKernel, task: Task, machine: ObservedMachine): Process {
  const depth = task.numbers.findIndex(({ ns }) => ns === machine.pid);
  const { cred } = task;
  const forChildren = task.ns.pidForChildren;
  return {
    pid: task.pid,
    machine: machine.id,
    parent: task.parent?.pid ?? 0,
    nsPids: task.numbers.slice(depth).map(({ number }) => number),
    session: task.session,
    group: task.group,
    state: task.state === 'zombie' ? 'zombie' : task.state === 'stopped' ? 'stopped' : 'alive',
    tty: task.tty?.name ?? null,
    command: task.comm,
    args: task.state === 'zombie' ? [] : task.argv.slice(0, maxArguments),
    uid: cred.euid,
    gid: cred.egid,
    capabilities: {
      inheritable: hex(cred.inheritable),
      permitted: hex(cred.permitted),
      effective: hex(cred.effective),
      bounding: hex(cred.bounding),
      ambient: hex(cred.ambient),
    },
    noNewPrivs: task.noNewPrivs,
    signals: { ignored: hex(task.signals.ignored), caught: hex(task.signals.caught) },
    namespaces: namespaceIds(task),
    pidForChildren: forChildren === task.ns.pid ? null : nsId('pid', forChildren),
    cgroup: below(task.cgroup.path, machine.init.ns.cgroup.root.path),
    cwd: placeOf(kernel, task, task.fs.cwd),
    root: placeOf(kernel, task, task.fs.root),
  };
}

/** As seen from the root of the task's mount namespace. */
function placeOf(kernel: SimKernel, task: Task, path: Path): string {
  const { root } = task.ns.mnt;
  return root === null ? '/' : kernel.vfs.pathText(path, topOf(root));
}

/** The topmost mount at the root of a namespace: later ones lie on it. */
export function topOf(root: NonNullable<Task['ns']['mnt']['root']>): Path {
  let top = root;
  for (;;) {
    const above = [...top.children].find((child) => child.mountpoint === top.root);
    if (!above) return { mount: top, dentry: top.root };
    top = above;
  }
}

function below(path: string, base: string): string {
  if (base === '/' || !path.startsWith(base)) return path;
  return path.slice(base.length) || '/';
}

function hex(mask: bigint): string {
  return mask.toString(16).padStart(16, '0');
}
