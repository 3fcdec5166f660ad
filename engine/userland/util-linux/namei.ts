/** namei(1): follows a path to its end, step by step. */
import { type Blocking, isSysError, S_IFDIR, S_IFLNK, S_IFMT, type Stat, type Sys, strerror } from '../../kernel/sim';
import { modeString } from '../lib/mode';
import { Accounts } from '../lib/users';
import { Fatal, type Frame, utilLinux } from './common/frame';

export const namei = utilLinux({
  name: 'namei',
  options: [
    { long: 'mountpoints', short: 'x' },
    { long: 'modes', short: 'm' },
    { long: 'owners', short: 'o' },
    { long: 'long', short: 'l' },
    { long: 'nosymlinks', short: 'n' },
    { long: 'vertical', short: 'v' },
  ],
  help: '[options] <pathname>...\n\nFollow a pathname until a terminal point is found.',
  *run(frame) {
    const { options: given, out } = frame;
    if (given.operands.length === 0)
      throw new Fatal("pathname argument is missing\nTry 'namei --help' for more information.");
    const accounts = yield* Accounts.load(frame.sys);
    let status = 0;
    for (const path of given.operands) {
      yield* out.line(`f: ${path}`);
      if (!(yield* new Walk(frame, accounts).show(path, '', 0))) status = 1;
    }
    return status;
  },
});

const mostLinks = 40;

class Walk {
  #links = 0;

  constructor(
    private readonly frame: Frame,
    private readonly accounts: Accounts,
  ) {}

  /** False when something is not there. `depth`: how many links it came through. */
  *show(path: string, from: string, depth: number): Blocking<boolean> {
    const parts = path.split('/').filter((part) => part !== '');
    let at = path.startsWith('/') ? '/' : from;
    if (path.startsWith('/') && !(yield* this.#step('/', '/', depth))) return false;
    for (const part of parts) {
      const next = at === '' ? part : at === '/' ? `/${part}` : `${at}/${part}`;
      if (!(yield* this.#step(next, part, depth))) return false;
      const target = this.frame.options.has('nosymlinks') ? null : linkOf(this.frame.sys, next);
      if (target !== null) {
        if (++this.#links > mostLinks) throw new Fatal(`${path}: exceeded limit of symlinks`);
        if (!(yield* this.show(target, at, depth + 1))) return false;
      }
      at = next;
    }
    return true;
  }

  *#step(path: string, name: string, depth: number): Blocking<boolean> {
    const { sys, options: given, out } = this.frame;
    const indent = '  '.repeat(depth);
    const [showsMode, showsOwner] = [given.has('modes') || given.has('long'), given.has('owners') || given.has('long')];
    let stat: Stat;
    try {
      stat = sys.lstat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const blank = showsMode ? '           ' : ' ';
      yield* out.line(`${indent} ${blank}${name} - ${strerror(error.errno)}`);
      return false;
    }
    const mode = modeString(stat.mode);
    const letter = this.#isMountPoint(path, stat) ? 'D' : mode.slice(0, 1);
    const target = linkOf(sys, path);
    const owner = showsOwner ? `${this.accounts.userName(stat.uid)} ${this.accounts.groupName(stat.gid)} ` : '';
    const front =
      given.has('long') || given.has('vertical')
        ? `${showsMode ? mode : letter} ${owner}${indent}`
        : `${indent} ${showsMode ? mode : letter} ${owner}`;
    yield* out.line(`${front}${name}${target === null ? '' : ` -> ${target}`}`);
    return true;
  }

  #isMountPoint(path: string, stat: Stat): boolean {
    if (!this.frame.options.has('mountpoints') || (stat.mode & S_IFMT) !== S_IFDIR) return false;
    const above = this.frame.sys.stat(`${path}/..`);
    return above.dev.major !== stat.dev.major || above.dev.minor !== stat.dev.minor || above.ino === stat.ino;
  }
}

function linkOf(sys: Sys, path: string): string | null {
  return (sys.lstat(path).mode & S_IFMT) === S_IFLNK ? sys.readlink(path) : null;
}
