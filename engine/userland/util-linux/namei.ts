/** namei(1): follows a path to its end, step by step. */
import { type Errno, isSysError, type Stat, type Sys, strerror } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { modeString } from '../lib/mode';
import { isDirectory, isLink } from '../lib/stat';
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
    const names: OwnerNames = { accounts, users: 0, groups: 0 };
    let status = 0;
    for (const path of given.operands) {
      yield* out.line(`f: ${path}`);
      const walk = new Walk(frame, names);
      const end = walk.follow(path, '', 0);
      if (end === 'endless') yield* writeAll(frame.sys, 2, `namei: ${path}: exceeded limit of symlinks\n`);
      if (end === 'missing') status = 1;
      for (const step of walk.steps) yield* out.line(lineOf(frame, names, step));
    }
    return status;
  },
});

const mostLinks = 20;

/** Columns are as wide as the longest name so far. */
interface OwnerNames {
  accounts: Accounts;
  users: number;
  groups: number;
}

interface Step {
  name: string;
  /** How many links it came through. */
  depth: number;
  /** What is there, or why nothing is. */
  found: { stat: Stat; target: string | null; isMountPoint: boolean } | Errno;
}

class Walk {
  readonly steps: Step[] = [];
  #links = 0;

  constructor(
    private readonly frame: Frame,
    private readonly names: OwnerNames,
  ) {}

  follow(path: string, from: string, depth: number): 'found' | 'missing' | 'endless' {
    const parts = path.split('/').filter((part) => part !== '');
    let at = path.startsWith('/') ? '/' : from;
    if (path.startsWith('/') && !this.#step('/', '/', depth)) return 'missing';
    for (const part of parts) {
      const next = at === '' ? part : at === '/' ? `/${part}` : `${at}/${part}`;
      if (!this.#step(next, part, depth)) return 'missing';
      const target = this.frame.options.has('nosymlinks') ? null : linkOf(this.frame.sys, next);
      if (target !== null) {
        if (++this.#links > mostLinks) return 'endless';
        const end = this.follow(target, at, depth + 1);
        if (end !== 'found') return end;
      }
      at = next;
    }
    return 'found';
  }

  #step(path: string, name: string, depth: number): boolean {
    const { sys } = this.frame;
    try {
      const stat = sys.lstat(path);
      const { accounts } = this.names;
      this.names.users = Math.max(this.names.users, accounts.userName(stat.uid).length);
      this.names.groups = Math.max(this.names.groups, accounts.groupName(stat.gid).length);
      const found = { stat, target: linkOf(sys, path), isMountPoint: this.#isMountPoint(path, stat) };
      this.steps.push({ name, depth, found });
      return true;
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.steps.push({ name, depth, found: error.errno });
      return false;
    }
  }

  #isMountPoint(path: string, stat: Stat): boolean {
    if (!this.frame.options.has('mountpoints') || !isDirectory(stat)) return false;
    const above = this.frame.sys.stat(`${path}/..`);
    return above.dev.major !== stat.dev.major || above.dev.minor !== stat.dev.minor || above.ino === stat.ino;
  }
}

function lineOf({ options: given }: Frame, names: OwnerNames, { name, depth, found }: Step): string {
  const [showsMode, showsOwner] = [given.has('modes') || given.has('long'), given.has('owners') || given.has('long')];
  const isVertical = given.has('long') || given.has('vertical');
  const before = isVertical ? '' : `${'  '.repeat(depth)} `;
  const after = isVertical ? '  '.repeat(depth) : '';
  const ownerWidth = showsOwner ? names.users + names.groups + 2 : 0;
  if (typeof found === 'string') {
    const blank = ' '.repeat((showsMode ? 10 : 1) + ownerWidth);
    return `${before}${blank} ${after}${name} - ${strerror(found)}`;
  }
  const { stat, target, isMountPoint } = found;
  const mode = modeString(stat.mode);
  const letter = isMountPoint ? 'D' : mode.slice(0, 1);
  const user = names.accounts.userName(stat.uid).padEnd(names.users);
  const group = names.accounts.groupName(stat.gid).padEnd(names.groups);
  const owner = showsOwner ? `${user} ${group} ` : '';
  const front = `${before}${showsMode ? letter + mode.slice(1) : letter} ${owner}${after}`;
  return `${front}${name}${target === null ? '' : ` -> ${target}`}`;
}

function linkOf(sys: Sys, path: string): string | null {
  return isLink(sys.lstat(path)) ? sys.readlink(path) : null;
}
