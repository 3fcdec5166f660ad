/**
 * A program that reads what was typed accesses its terminal, and inotify(7) tells: how we hear of what a shell does by
 * itself (`cd`, a write to `uid_map`), which starts no process.
 */
import { IN_ACCESS, IN_ONESHOT, type Inotify, type WatchListener } from './inotify';

const maxTerminals = 32;

export class TerminalWatch {
  readonly #armed = new Map<string, { watch: number; heard: WatchListener }>();

  constructor(
    private readonly inotify: Inotify,
    private readonly heard: () => void,
  ) {}

  /**
   * Listens for the next access to each of `paths`, and to no others. For one access only, to be called after each
   * scan: a program that reads all the time is not heard more often than it is looked at.
   */
  arm(paths: ReadonlySet<string>): void {
    for (const path of this.#armed.keys()) if (!paths.has(path)) this.#disarm(path);
    for (const path of paths) {
      if (this.#armed.has(path)) continue;
      if (this.#armed.size >= maxTerminals) break;
      const heard = () => {
        this.#armed.delete(path);
        this.heard();
      };
      const watch = this.inotify.watch(path, IN_ACCESS | IN_ONESHOT, heard);
      if (watch !== null) this.#armed.set(path, { watch, heard });
    }
  }

  dispose(): void {
    for (const path of [...this.#armed.keys()]) this.#disarm(path);
  }

  #disarm(path: string): void {
    const armed = this.#armed.get(path);
    this.#armed.delete(path);
    if (armed) this.inotify.unwatch(armed.watch, armed.heard);
  }
}
