/** The `cgroup.*` files (kernel: Documentation/admin-guide/cgroup-v2.rst, "Core Interface Files"). */
import { SysError } from '../../abi/errno';
import { asCgroup, descendants } from '../../cgroup/cgroups';
import { controllers } from '../../cgroup/controllers';
import type { Cgroup } from '../../cgroup/node';
import type { Task } from '../../task/task';
import { pidIn } from '../proc/ids';
import type { CgroupFile } from './files';
import { integer, limit, shown } from './parse';
import { mayMove } from './permission';

const names = (list: readonly string[]) => (list.length === 0 ? '' : `${list.join(' ')}\n`);
const maxInt = 2147483647;

export const coreFiles: readonly CgroupFile[] = [
  { name: 'cgroup.type', mode: 0o644, notInRoot: true, read: (node) => `${node.typeName}\n`, write: setType },
  { name: 'cgroup.procs', mode: 0o644, read: (node, task) => readProcs(node, task), write: move },
  { name: 'cgroup.threads', mode: 0o644, read: (node, task) => pids(node, task), write: moveThread },
  { name: 'cgroup.controllers', mode: 0o444, read: (node) => names(node.available) },
  {
    name: 'cgroup.subtree_control',
    mode: 0o644,
    read: (node) => names(controllers.filter((name) => node.enabled.has(name))),
    write: (node, text, { kernel }) => kernel.cgroups.control(node, changes(text)),
  },
  {
    name: 'cgroup.events',
    mode: 0o444,
    notInRoot: true,
    read: (node) => `populated ${node.isPopulated ? 1 : 0}\nfrozen ${node.isFrozen ? 1 : 0}\n`,
    tellsChanges: true,
  },
  {
    name: 'cgroup.max.descendants',
    mode: 0o644,
    read: (node) => `${shown(node.maxDescendants)}\n`,
    write: (node, text) => {
      node.maxDescendants = limit(text, 0, maxInt);
    },
  },
  {
    name: 'cgroup.max.depth',
    mode: 0o644,
    read: (node) => `${shown(node.maxDepth)}\n`,
    write: (node, text) => {
      node.maxDepth = limit(text, 0, maxInt);
    },
  },
  { name: 'cgroup.stat', mode: 0o444, read: stat },
  {
    name: 'cgroup.freeze',
    mode: 0o644,
    notInRoot: true,
    read: (node) => `${node.freeze ? 1 : 0}\n`,
    write: (node, text, { kernel }) => kernel.cgroups.setFreeze(node, integer(text, 0, 1) === 1),
  },
  { name: 'cgroup.kill', mode: 0o200, notInRoot: true, write: kill },
  {
    name: 'cgroup.pressure',
    mode: 0o644,
    notInRoot: true,
    read: () => '1\n',
    write: (_node, text) => void integer(text, 0, 1),
  },
];

function readProcs(node: Cgroup, task: Task | null): string {
  if (node.isThreaded) throw new SysError('EOPNOTSUPP');
  // A domain's list has those of its threaded children, too.
  const all = [...node.subtree()].filter((one) => one.domain === node);
  return all.map((one) => pids(one, task)).join('');
}

/** As the reader's pid namespace numbers them; 0 for those it has no number for. */
function pids(node: Cgroup, reader: Task | null): string {
  return [...node.tasks].map((task) => `${reader ? pidIn(task, reader.ns.pid) : task.pid}\n`).join('');
}

function move(node: Cgroup, text: string, writer: Task, opener: Task): void {
  const task = find(text, writer);
  mayMove(asCgroup(task.cgroup), node, opener);
  if (task.cgroup === node) return;
  writer.kernel.cgroups.checkTarget(node);
  writer.kernel.cgroups.attach(task, node);
}

function moveThread(node: Cgroup, text: string, writer: Task, opener: Task): void {
  const task = find(text, writer);
  if (asCgroup(task.cgroup).domain !== node.domain) throw new SysError('EOPNOTSUPP');
  move(node, text, writer, opener);
}

/** A process by its number, 0 for oneself. EINVAL, ESRCH. */
function find(text: string, writer: Task): Task {
  const word = text.trim();
  if (!/^\+?\d+$/.test(word)) throw new SysError('EINVAL');
  const pid = Number(word);
  const task = pid === 0 ? writer : writer.kernel.tasks.inNamespace(writer.ns.pid, pid);
  if (!task || task.state === 'zombie' || task.state === 'dead') throw new SysError('ESRCH');
  return task;
}

function changes(text: string): Array<{ controller: string; on: boolean }> {
  return text
    .trim()
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      if (word[0] !== '+' && word[0] !== '-') throw new SysError('EINVAL');
      return { controller: word.slice(1), on: word[0] === '+' };
    });
}

function setType(node: Cgroup, text: string, { kernel }: Task): void {
  if (text.trim() !== 'threaded') throw new SysError('EINVAL');
  kernel.cgroups.makeThreaded(node);
}

function kill(node: Cgroup, text: string, { kernel }: Task): void {
  integer(text, 1, 1);
  if (node.isThreaded) throw new SysError('EOPNOTSUPP');
  kernel.cgroups.kill(node);
}

function stat(node: Cgroup): string {
  const below = [...node.subtree()];
  const living = controllers.map(
    (name) => `nr_subsys_${name} ${below.filter((one) => one.available.includes(name)).length}\n`,
  );
  const dying = controllers.map((name) => `nr_dying_subsys_${name} 0\n`);
  return `nr_descendants ${descendants(node)}\n${living.join('')}nr_dying_descendants 0\n${dying.join('')}`;
}
