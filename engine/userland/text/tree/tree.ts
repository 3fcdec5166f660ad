/** tree: shows directories as a tree (tree(1), version 2.1.0). */
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_TRUNC,
  O_WRONLY,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFSOCK,
  type Stat,
  type Sys,
} from '../../../kernel/sim';
import { Output, writeAll } from '../../lib/io';
import { modeString } from '../../lib/mode';
import { joinPath } from '../../lib/paths';
import { fileKey, isDirectory, isLink, lookUpOrNull } from '../../lib/stat';
import { calendarOf, strftime } from '../../lib/time';
import { Accounts } from '../../lib/users';
import { globMatches } from '../common/glob';
import { encodeLossless } from '../common/lossless';
import type { Environment } from '../common/spawn';
import { LsColors } from './colors';
import { readSettings, type TreeSettings, TreeUsageError } from './settings';
import { humanSize } from './sizes';

const version =
  'tree v2.1.0 © 1996 - 2022 by Steve Baker, Thomas Moore, Francesc Rocher, Florian Sesser, Kyosuke Tokoro\n';
const usage = `usage: tree [-acdfghilnpqrstuvxCDFJNQU] [-L level] [-o filename] [-P pattern] [-I pattern]
	[--matchdirs] [--ignore-case] [--inodes] [--device] [--sort[=]<name>] [--dirsfirst] [--filesfirst]
	[--filelimit #] [--si] [--du] [--prune] [--charset[=]X] [--timefmt[=]format] [--noreport]
	[--version] [--help] [--] [directory ...]
`;

interface Entry {
  name: string;
  path: string;
  stat: Stat;
  /** Where a symbolic link leads; null for other files. */
  target: string | null;
  /** What it leads to; null when that is nothing. */
  targetStat: Stat | null;
  children: Entry[] | null;
  /** Instead of the children. */
  note: string;
  size: number;
}

export function* tree(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  try {
    const settings = readSettings(argv.slice(1));
    if (settings.show !== null) {
      yield* writeAll(sys, 1, settings.show === 'version' ? version : usage);
      return 0;
    }
    const fd = settings.output === null ? 1 : yield* sys.open(settings.output, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    const output = new Output(sys, fd);
    const status = yield* new Lister(sys, settings, output, yield* Accounts.load(sys), env).run();
    yield* output.flush();
    return status;
  } catch (error) {
    if (!(error instanceof TreeUsageError)) throw error;
    yield* writeAll(sys, 2, `tree: ${error.message}\n${error.usage ? usage : ''}`);
    return 1;
  }
}

class Lister {
  #directories = 0;
  #files = 0;
  #status = 0;
  #total = 0;
  readonly #colors: LsColors | null;
  readonly #seen = new Set<string>();

  constructor(
    private readonly sys: Sys,
    private readonly settings: TreeSettings,
    private readonly output: Output,
    private readonly accounts: Accounts,
    env: Environment,
  ) {
    const wants =
      settings.color === 'always' || (settings.color === 'auto' && sys.isatty(1) && (env.TERM ?? 'dumb') !== 'dumb');
    const variable = env.TREE_COLORS ?? env.LS_COLORS ?? '';
    this.#colors = wants && variable !== '' ? new LsColors(variable) : null;
  }

  *run(): Blocking<number> {
    const paths = this.settings.paths.length === 0 ? ['.'] : this.settings.paths;
    if (this.settings.json) yield* this.#write('[\n');
    for (const [at, path] of paths.entries()) {
      if (this.settings.json && at > 0) yield* this.#write(',\n');
      yield* this.#root(path);
    }
    if (this.settings.json) yield* this.#jsonReport();
    else if (this.settings.report) yield* this.#report();
    return this.#status;
  }

  *#write(text: string): Blocking<void> {
    yield* this.output.write(encodeLossless(text));
  }

  *#report(): Blocking<void> {
    const directories = `${this.#directories} ${this.#directories === 1 ? 'directory' : 'directories'}`;
    const files = `, ${this.#files} ${this.#files === 1 ? 'file' : 'files'}`;
    const used = this.settings.diskUsage ? `${this.#sizeText(this.#total)} used in ` : '';
    yield* this.#write(`\n${used}${directories}${this.settings.directoriesOnly ? '' : files}\n`);
  }

  *#jsonReport(): Blocking<void> {
    const files = this.settings.directoriesOnly ? '' : `,"files":${this.#files}`;
    const report = this.settings.report ? `,\n  {"type":"report","directories":${this.#directories}${files}}\n` : '';
    yield* this.#write(`\n${report}]\n`);
  }

  *#root(path: string): Blocking<void> {
    const stat = lookUpOrNull(this.sys, path, true);
    const root: Entry = {
      name: path,
      path,
      stat: stat ?? this.sys.stat('/'),
      target: null,
      targetStat: null,
      children: null,
      note: '',
      size: stat?.size ?? 0,
    };
    if (stat === null || !isDirectory(stat)) {
      if (stat === null) this.#status = 2;
      else this.#files++;
      yield* this.#write(
        this.settings.json ? `  {"error": "opening dir"}` : `${this.#shown(path)}  [error opening dir]\n`,
      );
      return;
    }
    this.#seen.add(fileKey(stat));
    yield* this.#fill(root, 1, stat);
    // An empty operand does not count.
    if ((root.children ?? []).length > 0 || root.note.includes('filelimit')) this.#directories++;
    if (this.settings.prune) pruneEmpty(root);
    this.#total += root.size;
    if (this.settings.json) yield* this.#json(root, '  ', true);
    else {
      yield* this.#write(
        `${this.#details(root)}${this.#label(root, path)}${root.note === '' ? '' : `  [${root.note}]`}\n`,
      );
      yield* this.#children(root, '');
    }
  }

  *#fill(entry: Entry, level: number, root: Stat): Blocking<void> {
    const { settings } = this;
    yield* this.sys.checkpoint();
    let names: string[];
    try {
      names = this.sys.readdir(entry.path).map(({ name }) => name);
    } catch (error) {
      if (!isSysError(error)) throw error;
      entry.note = 'error opening dir';
      this.#status = 2;
      return;
    }
    const entries = names.flatMap((name) => this.#entry(entry, name));
    if (entries.length > settings.fileLimit) {
      entry.note = `${entries.length} entries exceeds filelimit, not opening dir`;
      return;
    }
    entry.children = this.#sorted(entries);
    for (const child of entry.children) {
      const { stat } = child;
      const opened = isDirectory(stat)
        ? stat
        : settings.followLinks && isDirectory(child.targetStat)
          ? child.targetStat
          : null;
      if (
        opened !== null &&
        level < settings.maxLevel &&
        !(settings.oneFilesystem && opened.dev.minor !== root.dev.minor)
      ) {
        const id = fileKey(opened);
        if (child.target !== null && this.#seen.has(id)) child.note = 'recursive, not followed';
        else {
          this.#seen.add(id);
          yield* this.#fill(child, level + 1, root);
        }
      }
      if (settings.diskUsage) entry.size += child.size;
    }
  }

  #entry(parent: Entry, name: string): Entry[] {
    const { settings } = this;
    if (name === '.' || name === '..' || (!settings.all && name.startsWith('.'))) return [];
    const path = joinPath(parent.path, name);
    const stat = lookUpOrNull(this.sys, path, false);
    if (stat === null) return [];
    const leadsOn = isLink(stat);
    const targetStat = leadsOn ? lookUpOrNull(this.sys, path, true) : null;
    const leads = isDirectory(stat) || isDirectory(targetStat);
    if (settings.directoriesOnly && !leads) return [];
    const matches = (glob: string) => globMatches(glob.replace(/\/$/, ''), name, { ignoreCase: settings.ignoreCase });
    if (settings.ignored.some(matches)) return [];
    if (settings.patterns.length > 0 && !isDirectory(stat) && !settings.patterns.some(matches)) return [];
    return [
      {
        name,
        path,
        stat,
        target: leadsOn ? this.sys.readlink(path) : null,
        targetStat,
        children: null,
        note: '',
        size: stat.size,
      },
    ];
  }

  #sorted(entries: Entry[]): Entry[] {
    const { sort, reverse, first } = this.settings;
    const byName = (a: Entry, b: Entry) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    const compare = (a: Entry, b: Entry) => {
      if (sort === 'mtime') return a.stat.mtime - b.stat.mtime || byName(a, b);
      if (sort === 'ctime') return a.stat.ctime - b.stat.ctime || byName(a, b);
      if (sort === 'size') return b.stat.size - a.stat.size || byName(a, b);
      return sort === 'version' ? compareVersions(a.name, b.name) : byName(a, b);
    };
    const sorted = sort === 'none' ? [...entries] : entries.toSorted((a, b) => (reverse ? -1 : 1) * compare(a, b));
    if (first === null) return sorted;
    const leads = (entry: Entry) => isDirectory(entry.stat) || isDirectory(entry.targetStat);
    const [directories, files] = [sorted.filter(leads), sorted.filter((entry) => !leads(entry))];
    return first === 'directories' ? [...directories, ...files] : [...files, ...directories];
  }

  *#children(entry: Entry, indent: string): Blocking<void> {
    const { settings } = this;
    const children = entry.children ?? [];
    const isAscii = settings.charset === 'ascii';
    for (const [at, child] of children.entries()) {
      this.#count(child);
      const isLast = at === children.length - 1;
      const branch = isLast ? (isAscii ? '`-- ' : '└── ') : isAscii ? '|-- ' : '├── ';
      const deeper = isLast ? '    ' : isAscii ? '|   ' : '│\u00a0\u00a0 ';
      const front = settings.noIndent ? '' : indent + branch;
      const note = child.note === '' ? '' : `  [${child.note}]`;
      yield* this.#write(
        `${front}${this.#details(child)}${this.#label(child, settings.fullPath ? child.path : child.name)}${note}\n`,
      );
      yield* this.#children(child, indent + deeper);
    }
  }

  #count({ stat, targetStat }: Entry): void {
    if (isDirectory(stat) || isDirectory(targetStat)) this.#directories++;
    else this.#files++;
  }

  #label(entry: Entry, name: string): string {
    const link =
      entry.target === null
        ? ''
        : ` -> ${this.#painted(entry.target, entry.targetStat, entry)}${this.#mark(entry.targetStat)}`;
    const own = entry.target === null ? this.#mark(entry.stat) : '';
    return this.#painted(name, entry.stat, entry) + (own === '/' && name.endsWith('/') ? '' : own) + link;
  }

  #painted(name: string, stat: Stat | null, entry: Entry): string {
    const text = this.#shown(name);
    const color =
      this.#colors?.of(name, stat?.mode ?? S_IFLNK, entry.target !== null && entry.targetStat === null) ?? null;
    return color === null ? text : `\x1b[${color}m${text}\x1b[0m`;
  }

  #shown(name: string): string {
    const { quote, questionMarks, raw } = this.settings;
    let text = name;
    if (questionMarks) text = text.replaceAll(/[\x00-\x1f\x7f]/g, '?');
    else if (!raw) text = text.replaceAll(/[\x00-\x1f\x7f\\]/g, escaped);
    return quote ? `"${text}"` : text;
  }

  #mark(stat: Stat | null): string {
    if (!this.settings.classify || stat === null) return '';
    const type = stat.mode & S_IFMT;
    if (type === S_IFDIR) return '/';
    if (type === S_IFIFO) return '|';
    if (type === S_IFSOCK) return '=';
    return type !== S_IFLNK && stat.mode & 0o111 ? '*' : '';
  }

  #details({ stat, size }: Entry): string {
    const { settings, accounts } = this;
    const fields: string[] = [];
    if (settings.inodes) fields.push(String(stat.ino).padStart(7));
    if (settings.device) fields.push(String(stat.dev.minor).padStart(3));
    if (settings.permissions) fields.push(modeString(stat.mode));
    if (settings.user) fields.push(accounts.userName(stat.uid).padEnd(8));
    if (settings.group) fields.push(accounts.groupName(stat.gid).padEnd(8));
    if (settings.size !== 'none') fields.push(this.#sizeText(size));
    if (settings.date) fields.push(this.#date(settings.changeTime ? stat.ctime : stat.mtime));
    return fields.length === 0 ? '' : `[${fields.join(' ')}]  `;
  }

  #sizeText(size: number): string {
    if (this.settings.size === 'bytes') return String(size).padStart(11);
    return humanSize(size, this.settings.size === 'si' ? 1000 : 1024).padStart(4);
  }

  #date(time: number): string {
    const calendar = calendarOf(time);
    if (this.settings.timeFormat !== null) return strftime(this.settings.timeFormat, calendar);
    const now = this.sys.clockGettime('realtime');
    const isRecent = time <= now && now - time < 6 * 31 * 86_400e9;
    return strftime(isRecent ? '%b %e %H:%M' : '%b %e  %Y', calendar);
  }

  *#json(entry: Entry, indent: string, isRoot: boolean): Blocking<void> {
    if (!isRoot) this.#count(entry);
    const { stat, target } = entry;
    const type =
      target !== null ? 'link' : isDirectory(stat) ? 'directory' : (stat.mode & S_IFMT) === S_IFIFO ? 'fifo' : 'file';
    const name = JSON.stringify(this.settings.fullPath ? entry.path : entry.name);
    const more = [
      target === null ? '' : `,"target":${JSON.stringify(target)}`,
      this.settings.permissions
        ? `,"mode":"${(stat.mode & 0o7777).toString(8).padStart(4, '0')}","prot":"${modeString(stat.mode)}"`
        : '',
      this.settings.user ? `,"user":"${this.accounts.userName(stat.uid)}"` : '',
      this.settings.group ? `,"group":"${this.accounts.groupName(stat.gid)}"` : '',
      this.settings.size === 'none' ? '' : `,"size":${entry.size}`,
    ].join('');
    yield* this.#write(`${indent}{"type":"${type}","name":${name}${more}`);
    if (entry.children !== null) {
      yield* this.#write(',"contents":[');
      for (const [at, child] of entry.children.entries()) {
        yield* this.#write(at === 0 ? '\n' : ',\n');
        yield* this.#json(child, `${indent}  `, false);
      }
      yield* this.#write(`\n${indent}]`);
    }
    yield* this.#write('}');
  }
}

function pruneEmpty(entry: Entry): void {
  entry.children = (entry.children ?? []).filter((child) => {
    if (!isDirectory(child.stat)) return child.target === null || !isDirectory(child.targetStat);
    pruneEmpty(child);
    return (child.children ?? []).length > 0;
  });
}

function escaped(char: string): string {
  return char === '\\' ? '\\\\' : `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

/** Numbers inside names count as numbers (strverscmp(3), without its rules for leading zeros). */
function compareVersions(a: string, b: string): number {
  const [one, other] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [left = '', right = ''] = [one[at], other[at]];
    if (left === right) continue;
    return at % 2 === 1 ? Number(left) - Number(right) : left < right ? -1 : 1;
  }
  return 0;
}
