/** `cwd`, `root` and `exe`: links that lead to a place itself, whatever their text says. */

import { SysError } from '../../../abi/errno';
import { S_IFLNK } from '../../../abi/files';
import type { Task } from '../../../task/task';
import type { Path } from '../../../vfs/path';
import { demandInspection } from '../access';
import { ProcInode } from '../node';
import { ownerOf, type PidContext } from './context';

export class PlaceLink extends ProcInode {
  constructor(
    private readonly context: PidContext,
    private readonly place: (task: Task) => Path | null,
  ) {
    super(context.proc, S_IFLNK | 0o777, () => ownerOf(context.task));
  }

  override readlink(reader: Task | null): string {
    const path = this.#path(reader);
    const root = (reader ?? this.context.task).fs.root;
    return this.context.proc.kernel.vfs.pathText(path, root);
  }
  override follow(reader: Task): Path | null {
    return this.#path(reader);
  }

  #path(reader: Task | null): Path {
    const { task } = this.context;
    demandInspection(reader, task);
    const path = task.state === 'zombie' || task.state === 'dead' ? null : this.place(task);
    if (path === null) throw new SysError('ENOENT');
    return path;
  }
}
