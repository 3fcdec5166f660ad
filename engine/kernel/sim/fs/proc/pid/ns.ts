/** /proc/PID/ns: links to the namespaces a process lives in (namespaces(7)). */

import { SysError } from '../../../abi/errno';
import { S_IFLNK } from '../../../abi/files';
import { type Namespace, PidNamespace } from '../../../ns/namespace';
import type { Task } from '../../../task/task';
import { anonymousPath } from '../../../vfs/anonymous-path';
import type { Path } from '../../../vfs/path';
import { demandInspection } from '../access';
import { FixedDirectory, ProcInode } from '../node';
import { ownerOf, type PidContext } from './context';

/** In the kernel's order. */
const links: ReadonlyArray<[name: string, of: (task: Task) => Namespace]> = [
  ['net', ({ ns }) => ns.net],
  ['uts', ({ ns }) => ns.uts],
  ['ipc', ({ ns }) => ns.ipc],
  ['pid', ({ ns }) => ns.pid],
  ['pid_for_children', ({ ns }) => ns.pidForChildren],
  ['user', ({ cred }) => cred.user],
  ['mnt', ({ ns }) => ns.mnt],
  ['cgroup', ({ ns }) => ns.cgroup],
  ['time', ({ ns }) => ns.time],
  ['time_for_children', ({ ns }) => ns.timeForChildren],
];

export class NsDirectory extends FixedDirectory {
  constructor(context: PidContext) {
    const makers = new Map(links.map(([name, of]) => [name, () => new NsLink(context, name, of)]));
    super(context.proc, makers, 0o511, () => ownerOf(context.task));
    this.nlink = 2;
  }
}

class NsLink extends ProcInode {
  constructor(
    private readonly context: PidContext,
    private readonly name: string,
    private readonly of: (task: Task) => Namespace,
  ) {
    super(context.proc, S_IFLNK | 0o777, () => ownerOf(context.task));
  }

  override readlink(reader: Task | null): string {
    const ns = this.#namespace(reader);
    return `${ns.kind}:[${ns.inum}]`;
  }
  override follow(reader: Task): Path | null {
    const ns = this.#namespace(reader);
    return anonymousPath(this.context.proc.kernel.vfs.nsInode(ns), `${ns.kind}:[${ns.inum}]`);
  }

  #namespace(reader: Task | null): Namespace {
    const { task } = this.context;
    demandInspection(reader, task);
    // An ended process has left all but its pid and user namespace; the links of the others lead nowhere.
    if (task.state === 'zombie' || task.state === 'dead') {
      if (this.name !== 'pid' && this.name !== 'user') throw new SysError('ENOENT');
      return this.of(task);
    }
    const ns = this.of(task);
    // Nobody was born in it yet (unshare(2) with CLONE_NEWPID): it has no number 1, and cannot be entered.
    if (ns instanceof PidNamespace && ns.lastPid === 0) throw new SysError('ENOENT');
    return ns;
  }
}
