/** The root of a proc: its fixed files, then `self` and `thread-self`, then the processes by number. */

import { SysError } from '../../abi/errno';
import { S_IFDIR, S_IFLNK } from '../../abi/files';
import type { Credentials } from '../../task/credentials';
import type { Task } from '../../task/task';
import type { DirectoryEntry, Inode } from '../../vfs/inode';
import { mayInspect } from './access';
import { rootMakers } from './fixed/makers';
import { pidIn } from './ids';
import { byLength, ChangingDirectory, entryOf, ProcLink } from './node';
import { PidDirectory } from './pid/directory';
import type { ProcSuperBlock } from './super-block';

export class ProcRoot extends ChangingDirectory<string> {
  readonly #fixed: ReadonlyMap<string, () => Inode>;
  readonly #pids = new WeakMap<Task, PidDirectory>();

  constructor(private readonly procfs: ProcSuperBlock) {
    super(procfs);
    const makers = procfs.onlyPids ? [] : [...rootMakers(procfs)].sort(([a], [b]) => byLength(a, b));
    this.#fixed = new Map(makers);
  }

  /** Every process counts as a directory, seen from here or not. */
  override get shownLinks(): number {
    return 6 + this.procfs.kernel.tasks.count;
  }

  override lookup(name: string, task: Task | null): Inode | null {
    if (name === 'self') return this.keep(name, () => new ProcLink(this.procfs, (reader) => this.#ownNumber(reader)));
    if (name === 'thread-self') {
      return this.keep(
        name,
        () => new ProcLink(this.procfs, (reader) => `${this.#ownNumber(reader)}/task/${this.#ownNumber(reader)}`),
      );
    }
    const make = this.#fixed.get(name);
    if (make) return this.keep(name, make);
    if (!/^[1-9]\d*$/.test(name)) return null;
    const found = this.procfs.pidNs.members.get(Number(name));
    if (!found || found.state === 'dead') return null;
    if (this.procfs.hidePid >= 2 && !this.#mayEnter(task?.cred ?? null, found)) return null;
    return this.#directory(found);
  }

  override readdir(task: Task | null): DirectoryEntry[] {
    const fixed = [...this.#fixed].map(([name, make]) => entryOf(name, this.keep(name, make)));
    const links = ['self', 'thread-self'].map((name) => ({
      name,
      ino: this.lookup(name, task)?.ino ?? 0,
      type: S_IFLNK,
    }));
    const numbers = [...this.procfs.pidNs.members.keys()].sort((a, b) => a - b);
    const pids: DirectoryEntry[] = [];
    for (const number of numbers) {
      const found = this.procfs.pidNs.members.get(number);
      if (!found || found.state === 'dead') continue;
      if (this.procfs.hidePid >= 2 && !this.#mayEnter(task?.cred ?? null, found)) continue;
      pids.push({ name: String(number), ino: this.#directory(found).ino, type: S_IFDIR });
    }
    return [...fixed, ...links, ...pids];
  }

  /** hidepid: may this process's directory be entered at all? */
  mayEnter(cred: Credentials, target: Task): boolean {
    const { hidePid } = this.procfs;
    if (hidePid === 0 || this.#mayEnter(cred, target)) return true;
    if (hidePid === 2) throw new SysError('ENOENT');
    throw new SysError('EPERM');
  }

  #mayEnter(cred: Credentials | null, target: Task): boolean {
    if (cred === null || mayInspect(cred, target)) return true;
    const { hideGid, hidePid } = this.procfs;
    return hidePid !== 4 && hideGid !== null && (cred.fsgid === hideGid || cred.groups.includes(hideGid));
  }

  #directory(task: Task): PidDirectory {
    const known = this.#pids.get(task);
    if (known) return known;
    const made = new PidDirectory(this.procfs, task);
    this.#pids.set(task, made);
    return made;
  }

  /** ENOENT for a process that this namespace does not know. */
  #ownNumber(reader: Task | null): string {
    const number = reader === null ? 0 : pidIn(reader, this.procfs.pidNs);
    if (number === 0) throw new SysError('ENOENT');
    return String(number);
  }
}
