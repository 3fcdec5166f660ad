/** tail -f and -F: what is added to files, as it comes. Changes are told by inotify(7); without it, it looks every second. */
import {
  type Blocking,
  type Errno,
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_MODIFY,
  IN_MOVE_SELF,
  IN_MOVED_TO,
  isSysError,
  O_NONBLOCK,
  O_RDONLY,
  POLLIN,
  S_IFIFO,
  S_IFMT,
  SEEK_SET,
  type Stat,
  strerror,
} from '../../../kernel/sim';
import { outcome, problemOf } from '../../lib/attempt';
import { dirName } from '../../lib/paths';
import { isRegular, isSameFile, lookUp } from '../../lib/stat';
import type { Tool } from '../common/tool';
import { copyRest } from './ending';
import type { TailSettings } from './settings';

export interface Followed {
  /** As it was given. */
  name: string;
  /** Null while it is not there. */
  fd: number | null;
  stat: Stat | null;
  size: number;
  /** Why it is not there, so that this is said once. */
  error: Errno | null;
  /** Given up for good. */
  isOver: boolean;
}

const fileEvents = IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
const directoryEvents = IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_ATTRIB;

export class Follower {
  #last: Followed | null;
  readonly #notifier: number | null;

  constructor(
    private readonly tool: Tool,
    private readonly settings: TailSettings,
    private readonly files: Followed[],
    private readonly hasHeaders: boolean,
    last: Followed | null,
  ) {
    this.#last = last;
    const fd = outcome(() => tool.sys.inotifyInit({ nonBlock: true }));
    this.#notifier = typeof fd === 'number' ? fd : null;
    for (const file of files) this.#watch(file);
  }

  #watch(file: Followed): void {
    const { tool, settings } = this;
    const notifier = this.#notifier;
    if (notifier === null || file.isOver || file.name === '-') return;
    outcome(() => tool.sys.inotifyAddWatch(notifier, file.name, fileEvents));
    if (settings.follow === 'name') {
      outcome(() => tool.sys.inotifyAddWatch(notifier, dirName(file.name), directoryEvents));
    }
  }

  *run(): Blocking<void> {
    const { tool } = this;
    for (;;) {
      let isChanged = false;
      for (const file of this.files) {
        if (!file.isOver) isChanged = (yield* this.#check(file)) || isChanged;
      }
      yield* tool.flush();
      if (this.files.every(({ isOver }) => isOver)) {
        yield* tool.fail('no files remaining');
        return;
      }
      if (isChanged) continue;
      if (this.#hasLostProcess()) return;
      yield* this.#wait();
    }
  }

  #hasLostProcess(): boolean {
    const { pid } = this.settings;
    if (pid === null || pid === 0) return false;
    const errno = problemOf(() => this.tool.sys.kill(pid, 0));
    return errno === 'ESRCH';
  }

  /** Until something happens; a second at most where that cannot be told. */
  *#wait(): Blocking<void> {
    const { tool, settings } = this;
    const { sys } = tool;
    const pipes = this.files.flatMap(({ fd, stat, isOver }) =>
      !isOver && fd !== null && stat !== null && isPipe(stat) ? [fd] : [],
    );
    const isCertain =
      this.#notifier !== null &&
      settings.pid === null &&
      this.files.every(({ name, stat }) => name !== '-' || (stat !== null && isPipe(stat)));
    const requests = [...(this.#notifier === null ? [] : [this.#notifier]), ...pipes].map((fd) => ({
      fd,
      events: POLLIN,
    }));
    const timeout = isCertain ? null : settings.intervalNs;
    if (requests.length === 0) yield* sys.nanosleep(settings.intervalNs);
    else yield* sys.poll([...requests, { fd: 1, events: 0 }], timeout);
    yield* this.#drain();
  }

  *#drain(): Blocking<void> {
    if (this.#notifier === null) return;
    try {
      while ((yield* this.tool.sys.read(this.#notifier, 4096)).length > 0);
    } catch (error) {
      if (!isSysError(error, 'EAGAIN')) throw error;
    }
  }

  /** True when something was printed. */
  *#check(file: Followed): Blocking<boolean> {
    if (this.settings.follow === 'name' && file.name !== '-') yield* this.#recheck(file);
    const { tool } = this;
    if (file.fd === null || file.isOver) return false;
    const stat = outcome(() => tool.sys.fstat(file.fd ?? -1));
    if (typeof stat === 'string') {
      yield* tool.failWith(tool.bare(file.name), stat);
      return false;
    }
    const isFile = isRegular(stat);
    if (isFile && stat.size < file.size) {
      yield* tool.warn(`${tool.bare(file.name)}: file truncated`);
      tool.sys.lseek(file.fd, 0, SEEK_SET);
      file.size = 0;
    }
    if (isFile && stat.size === file.size) return false;
    return yield* this.#print(file, stat);
  }

  *#print(file: Followed, stat: Stat): Blocking<boolean> {
    const { tool } = this;
    const fd = file.fd ?? -1;
    if (isPipe(stat) && !(yield* this.#hasInput(fd))) return false;
    if (this.hasHeaders && this.#last !== file) {
      const name = file.name === '-' ? 'standard input' : file.name;
      yield* tool.write(`${this.#last === null ? '' : '\n'}==> ${name} <==\n`);
    }
    this.#last = file;
    try {
      const count = isPipe(stat) ? yield* this.#readOnce(file, fd) : yield* copyRest(tool, fd);
      file.size += count;
      return count > 0;
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* tool.failWith(`error reading ${tool.quote(file.name)}`, error.errno);
      file.isOver = true;
      return false;
    }
  }

  *#hasInput(fd: number): Blocking<boolean> {
    const { revents } = yield* this.tool.sys.poll([{ fd, events: POLLIN }], 0);
    return (revents[0] ?? 0) !== 0;
  }

  *#readOnce(file: Followed, fd: number): Blocking<number> {
    const data = yield* this.tool.sys.read(fd, 65_536);
    yield* this.tool.write(data);
    // All writers have gone.
    if (data.length === 0) file.isOver = true;
    return data.length;
  }

  /** Whether the name still leads to the same file. */
  *#recheck(file: Followed): Blocking<void> {
    const { tool, settings } = this;
    const found = lookUp(tool.sys, file.name);
    if (typeof found === 'string') {
      if (file.error === found) return;
      const wasThere = file.fd !== null;
      file.error = found;
      if (wasThere) {
        yield* this.#catchUp(file);
        yield* tool.fail(`${tool.quote(file.name)} has become inaccessible: ${strerror(found)}`);
      } else yield* tool.failWith(tool.quote(file.name), found);
      this.#close(file);
      if (!settings.retry) file.isOver = true;
      return;
    }
    if (file.fd !== null && file.stat !== null && isSameFile(found, file.stat)) return;
    yield* this.#reopen(file);
  }

  /** What was written before the file went away. */
  *#catchUp(file: Followed): Blocking<void> {
    const { tool } = this;
    const stat = outcome(() => tool.sys.fstat(file.fd ?? -1));
    if (typeof stat !== 'string' && stat.size > file.size) yield* this.#print(file, stat);
  }

  *#reopen(file: Followed): Blocking<void> {
    const { tool } = this;
    const wasThere = file.fd !== null;
    try {
      const fd = yield* tool.sys.open(file.name, O_RDONLY | O_NONBLOCK);
      const stat = tool.sys.fstat(fd);
      if (wasThere) yield* this.#catchUp(file);
      this.#close(file);
      Object.assign(file, { fd, stat, size: 0, error: null });
      const what = wasThere ? 'has been replaced' : 'has appeared';
      yield* tool.warn(`${tool.quote(file.name)} ${what};  following new file`);
      this.#watch(file);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (file.error === error.errno) return;
      file.error = error.errno;
      yield* tool.fail(`${tool.quote(file.name)} has become inaccessible: ${strerror(error.errno)}`);
      this.#close(file);
    }
  }

  #close(file: Followed): void {
    if (file.fd !== null && file.fd !== 0) this.tool.sys.close(file.fd);
    file.fd = null;
  }
}

function isPipe(stat: Stat): boolean {
  return (stat.mode & S_IFMT) === S_IFIFO;
}
