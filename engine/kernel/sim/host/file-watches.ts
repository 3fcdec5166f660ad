/** Watches on files that a lab's state is read from (`state-source.ts`). What they hear is a reason to tell of a new state. */
import type { WatchedPath } from '../../state-source';
import * as abi from '../abi';
import type { SimKernel } from '../kernel';
import type { Task } from '../task/task';
import type { Inode } from '../vfs/inode';
import { addMark, changeEvents, type Mark, mountEvent, removeMark } from '../vfs/notify';
import { nearest } from './sim-files';

const nameEvents =
  abi.IN_CREATE |
  abi.IN_DELETE |
  abi.IN_MOVED_FROM |
  abi.IN_MOVED_TO |
  abi.IN_DELETE_SELF |
  abi.IN_MOVE_SELF |
  mountEvent;

interface Watch {
  watched: WatchedPath;
  inode: Inode | null;
  mark: Mark;
}

export class FileWatches {
  readonly #watches = new Map<string, Watch>();
  /** What they lead to may be another inode by now. */
  readonly #fired = new Set<Watch>();
  #followed: ReadonlyMap<string, WatchedPath> | null = null;

  constructor(
    private readonly kernel: SimKernel,
    /** Throws when the Machine has ended. */
    private readonly initOf: (machine: string) => Task,
  ) {}

  /** Watches these and no others. What is watched from now on only may have changed before, and is told so. */
  follow(wanted: ReadonlyMap<string, WatchedPath>): void {
    for (const watch of this.#fired) this.#place(watch);
    this.#fired.clear();
    if (wanted === this.#followed) return;
    this.#followed = wanted;
    for (const [key, { inode, mark }] of this.#watches) {
      if (wanted.has(key)) continue;
      if (inode) removeMark(inode, mark);
      this.#watches.delete(key);
    }
    for (const [key, watched] of wanted) if (!this.#watches.has(key)) this.#add(key, watched);
  }

  #add(key: string, watched: WatchedPath): void {
    const heard = () => {
      this.#fired.add(watch);
      watched.changed();
      this.kernel.touch();
    };
    const mask = watched.namesOnly ? nameEvents : changeEvents;
    const watch: Watch = { watched, inode: null, mark: { mask, notify: heard, gone: heard } };
    this.#watches.set(key, watch);
    this.#place(watch);
    watched.changed();
  }

  #place(watch: Watch): void {
    if (watch.inode) removeMark(watch.inode, watch.mark);
    watch.inode = this.#inodeAt(watch.watched);
    if (watch.inode) addMark(watch.inode, watch.mark);
  }

  /** Null when the Machine has ended. */
  #inodeAt({ machine, path }: WatchedPath): Inode | null {
    try {
      return nearest(this.kernel, this.initOf(machine), path).dentry.inode;
    } catch {
      return null;
    }
  }
}
