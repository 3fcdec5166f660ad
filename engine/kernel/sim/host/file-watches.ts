/** Watches on files that a lab's state is read from (`state-source.ts`). What they hear is a reason to tell of a new state. */
import type { WatchedPath } from '../../state-source';
import * as abi from '../abi';
import type { SimKernel } from '../kernel';
import type { Task } from '../task/task';
import type { Inode } from '../vfs/inode';
import { addMark, changeEvents, type Mark, mountEvent, removeMark } from '../vfs/notify';
import { nearest } from './sim-files';

const nameEvents = abi.IN_CREATE | abi.IN_DELETE | abi.IN_MOVED_FROM | abi.IN_MOVED_TO | mountEvent;
const aboutItself = abi.IN_DELETE_SELF | abi.IN_MOVE_SELF | mountEvent;

interface Watch {
  watched: WatchedPath;
  inode: Inode | null;
  /** While the path is not there: the name in the directory above it that has to come first. */
  missing: string | null;
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
    const notify = (event: number, name: string) => {
      if (counts(watch, event, name)) heard();
    };
    const watch: Watch = { watched, inode: null, missing: null, mark: { mask: changeEvents, notify, gone: heard } };
    this.#watches.set(key, watch);
    this.#place(watch);
    watched.changed();
  }

  #place(watch: Watch): void {
    if (watch.inode) removeMark(watch.inode, watch.mark);
    const { machine, path } = watch.watched;
    const found = this.#find(machine, path);
    watch.inode = found?.place.dentry.inode ?? null;
    watch.missing = found && found.at !== path ? (path.slice(found.at.length).split('/').find(Boolean) ?? null) : null;
    if (watch.inode) addMark(watch.inode, watch.mark);
  }

  /** Null when the Machine has ended. */
  #find(machine: string, path: string): ReturnType<typeof nearest> | null {
    try {
      return nearest(this.kernel, this.initOf(machine), path);
    } catch {
      return null;
    }
  }
}

/** Events without a name are about the path itself. */
function counts({ watched: { concern }, missing }: Watch, event: number, name: string): boolean {
  if (name === '') return (event & aboutItself) !== 0 || concern === 'anything';
  if (missing !== null) return name === missing;
  if (concern === 'anything') return true;
  if ((event & nameEvents) === 0) return false;
  if (concern === 'names') return true;
  return concern === 'directories' ? (event & abi.IN_ISDIR) !== 0 : name === concern.name;
}
