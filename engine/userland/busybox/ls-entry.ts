/** One entry as BusyBox's ls shows it. */
import { S_IFMT, type Stat } from '../../kernel/sim';
import { modeString } from '../lib/mode';
import { isDirectory, isLink, lookUp } from '../lib/stat';
import { cStrftime } from '../lib/time';
import type { Accounts } from '../lib/users';
import { type AppletCall, human } from './applet';

export interface Entry {
  /** As it is shown. */
  name: string;
  path: string;
  stat: Stat;
}

/** A time as long ago as half a year is told with its year. */
const recentSeconds = (365 * 24 * 60 * 60) / 2;

const [fifo, character, directory, block, link, socket] = [0o010000, 0o020000, 0o040000, 0o060000, 0o120000, 0o140000];

export class EntryText {
  readonly #colored: boolean;
  readonly isLong: boolean;

  constructor(
    private readonly call: AppletCall,
    private readonly accounts: Accounts,
  ) {
    const { options, sys } = call;
    this.isLong = options.has('l') || options.has('n') || options.has('full-time');
    const color = options.has('color') ? (options.value('color') ?? 'always') : 'never';
    this.#colored = color === 'always' || (color === 'auto' && sys.isatty(1));
  }

  #has(name: string): boolean {
    return this.call.options.has(name);
  }

  /** In columns: with and without colours. */
  cell(entry: Entry): { plain: string; shown: string } {
    const mark = this.#mark(entry.stat);
    const before = this.#before(entry.stat);
    return {
      plain: `${before}${entry.name}${mark}`,
      shown: `${before}${this.#color(entry.name, entry.stat)}${mark}`,
    };
  }

  line(entry: Entry): string {
    if (!this.isLong) return this.cell(entry).shown;
    const { stat, name, path } = entry;
    const fields = `${modeString(stat.mode)} ${String(stat.nlink).padStart(4)} ${this.#owners(stat)} `;
    const head = `${this.#before(stat)}${fields}${this.#size(stat)} ${this.#time(stat)} ${this.#color(name, stat)}`;
    return isLink(stat) ? head + this.#target(path) : head + this.#mark(stat);
  }

  #before({ ino, blocks }: Stat): string {
    const inode = this.#has('i') ? `${String(ino).padStart(7)} ` : '';
    const kib = blocks / 2;
    const size = this.#has('h') ? human(kib * 1024) : String(kib);
    return inode + (this.#has('s') ? `${size.padStart(6)} ` : '');
  }

  #owners({ uid, gid }: Stat): string {
    const [user, group] = this.#has('n')
      ? [String(uid), String(gid)]
      : [this.accounts.userName(uid), this.accounts.groupName(gid)];
    return `${user.slice(0, 8).padEnd(8)} ${group.slice(0, 8).padEnd(8)}`;
  }

  #size({ mode, size, rdev }: Stat): string {
    const type = mode & S_IFMT;
    if (type === character || type === block)
      return `${String(rdev.major).padStart(4)}, ${String(rdev.minor).padStart(3)}`;
    return this.#has('h') ? human(size).padStart(7) : String(size).padStart(9);
  }

  #time(stat: Stat): string {
    const seconds = Math.floor((this.#has('c') ? stat.ctime : this.#has('u') ? stat.atime : stat.mtime) / 1e9);
    if (this.#has('full-time')) return cStrftime('%Y-%m-%d %H:%M:%S %z', seconds);
    const age = Math.floor(this.call.sys.clockGettime('realtime') / 1e9) - seconds;
    const isRecent = age < recentSeconds && age > -15 * 60;
    return cStrftime(isRecent ? '%b %e %H:%M' : '%b %e  %Y', seconds);
  }

  #target(path: string): string {
    const { sys } = this.call;
    const target = sys.readlink(path);
    const found = lookUp(sys, path, true);
    if (typeof found === 'string') return ` -> ${target}`;
    return ` -> ${this.#color(target, found)}${this.#mark(found)}`;
  }

  #mark({ mode }: Stat): string {
    const type = mode & S_IFMT;
    if (type === directory) return this.#has('F') || this.#has('p') ? '/' : '';
    if (!this.#has('F')) return '';
    if (type === link) return '@';
    if (type === fifo) return '|';
    if (type === socket) return '=';
    return type === 0o100000 && (mode & 0o111) !== 0 ? '*' : '';
  }

  #color(text: string, stat: Stat): string {
    return this.#colored ? `\x1b[${colorOf(stat)}m${text}\x1b[m` : text;
  }
}

function colorOf(stat: Stat): string {
  const type = stat.mode & S_IFMT;
  if (isDirectory(stat)) return '1;34';
  if (type === link) return '1;36';
  if (type === fifo) return '0;35';
  if (type === socket) return '1;35';
  if (type === character || type === block) return '1;35';
  return (stat.mode & 0o111) !== 0 ? '1;32' : '0;0';
}
