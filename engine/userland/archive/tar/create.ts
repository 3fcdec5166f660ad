/** `tar -c`: files into an archive. */
import { type EntryType, paddingOf } from '../../../archive';
import {
  type Blocking,
  isSysError,
  O_RDONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFSOCK,
  type Stat,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { applyMode } from '../../lib/mode';
import { joinPath } from '../../lib/paths';
import { deviceText, fileKey } from '../../lib/stat';
import type { Accounts } from '../../lib/users';
import { Fatal } from './fatal';
import { DoesNotFit, headerOf, type Member } from './header';
import type { ListLines } from './list-line';
import { isExcluded } from './names';
import type { Report } from './report';
import type { Settings } from './settings';
import type { ArchiveWriter } from './writer';

const chunkBytes = 10_240;
const types: ReadonlyMap<number, EntryType> = new Map([
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'symlink'],
  [S_IFCHR, 'char'],
  [S_IFBLK, 'block'],
  [S_IFIFO, 'fifo'],
]);

export class Creator {
  /** Names of files that have others, by what they are. */
  readonly #links = new Map<string, string>();

  constructor(
    private readonly sys: Sys,
    private readonly settings: Settings,
    private readonly accounts: Accounts,
    private readonly archive: ArchiveWriter,
    private readonly report: Report,
    private readonly lines: ListLines,
  ) {}

  *all(): Blocking<void> {
    for (const item of this.settings.items) {
      if (item.is === 'directory') changeDirectory(this.sys, item.path);
      else if (!isExcluded(item.name, this.settings.excluded)) yield* this.#file(item.name, null);
    }
  }

  /** `device`: of the directory it was found in; null for what was named. */
  *#file(path: string, device: string | null): Blocking<void> {
    const { sys, report, settings } = this;
    try {
      const file = settings.has('dereference') ? sys.stat(path) : sys.lstat(path);
      const own = deviceText(file.dev);
      if (device !== null && own !== device && settings.has('one-file-system'))
        return yield* report.warn(`${report.shown(path)}/: file is on a different filesystem; not dumped`);
      if (fileKey(file) === this.archive.key)
        return yield* report.warn(`${report.shown(path)}: file is the archive; not dumped`);
      if ((file.mode & S_IFMT) === S_IFSOCK) return yield* report.warn(`${report.shown(path)}: socket ignored`);
      if ((file.mode & S_IFMT) === S_IFDIR) yield* this.#directory(path.replace(/(?<=.)\/+$/, ''), file, own);
      else yield* this.#entry(path, file);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* report.cannot(path, 'stat', error.errno);
    }
  }

  *#directory(path: string, file: Stat, device: string): Blocking<void> {
    const { sys, settings, report } = this;
    let names: string[] = [];
    try {
      names = sys.readdir(path).flatMap(({ name }) => (name === '.' || name === '..' ? [] : [name]));
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* report.cannot(path, 'open', error.errno);
    }
    yield* this.#put(yield* this.#member(`${path === '/' ? '' : path}/`, 'directory', file));
    if (settings.has('no-recursion')) return;
    if (settings.has('sort')) names.sort((a, b) => (a < b ? -1 : 1));
    for (const name of names) {
      const child = joinPath(path, name);
      if (!isExcluded(child, settings.excluded)) yield* this.#file(child, device);
      yield* sys.checkpoint();
    }
  }

  *#entry(path: string, file: Stat): Blocking<void> {
    const key = fileKey(file);
    const first = this.#links.get(key);
    if (first !== undefined) {
      const member = yield* this.#member(path, 'link', file);
      const target = yield* this.report.safe(first, 'hard link targets', this.settings.has('absolute-names'));
      return void (yield* this.#put({ ...member, target }));
    }
    if (file.nlink > 1 || this.settings.items.length > 1) this.#links.set(key, path);
    const type = types.get(file.mode & S_IFMT) ?? 'file';
    const member = yield* this.#member(path, type, file);
    if (type !== 'file') return void (yield* this.#put(member));
    try {
      const fd = file.size === 0 ? null : yield* this.sys.open(path, O_RDONLY);
      if (yield* this.#put(member)) {
        if (fd !== null) yield* this.#content(path, fd, file.size);
      }
      if (fd !== null) this.sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.report.cannot(path, 'open', error.errno);
    }
  }

  *#content(path: string, fd: number, size: number): Blocking<void> {
    let left = size;
    while (left > 0) {
      const data = yield* this.sys.read(fd, Math.min(left, chunkBytes));
      if (data.length === 0) break;
      left -= data.length;
      yield* this.archive.write(data);
      yield* this.sys.checkpoint();
    }
    if (left > 0) {
      yield* this.report.fail(`${path}: File shrank by ${left} bytes; padding with zeros`, 1);
      yield* this.archive.write(new Uint8Array(left));
    }
    yield* this.archive.write(new Uint8Array(paddingOf(size)));
  }

  *#member(path: string, type: EntryType, file: Stat): Blocking<Member> {
    const { settings, accounts, sys } = this;
    const name = yield* this.report.safe(path, 'member names', settings.has('absolute-names'));
    const isNumeric = settings.has('numeric-owner');
    const uid = settings.owner?.id ?? file.uid;
    const gid = settings.group?.id ?? file.gid;
    const mode = settings.mode === null ? file.mode : applyMode(settings.mode, file.mode, 0);
    return {
      path: type === 'directory' && !name.endsWith('/') ? `${name}/` : name,
      type,
      mode: mode & 0o7777,
      uid,
      gid,
      user: isNumeric ? '' : (settings.owner?.name ?? accounts.userById(uid)?.name ?? ''),
      group: isNumeric ? '' : (settings.group?.name ?? accounts.groupById(gid)?.name ?? ''),
      size: type === 'file' ? file.size : 0,
      mtimeNs: BigInt(settings.mtime ?? file.mtime),
      atimeNs: BigInt(file.atime),
      ctimeNs: BigInt(file.ctime),
      target: type === 'symlink' ? sys.readlink(path) : '',
      device: type === 'char' || type === 'block' ? deviceText(file.rdev) : null,
      xattrs: settings.has('xattrs') ? this.#xattrs(path, type) : new Map(),
    };
  }

  #xattrs(path: string, type: EntryType): Map<string, Uint8Array> {
    if (type === 'symlink' || type === 'link') return new Map();
    const names = this.sys.listxattr(path).filter((name) => name.startsWith('user.'));
    return new Map(names.map((name) => [name, this.sys.getxattr(path, name)]));
  }

  /** Whether it was written. */
  *#put(member: Member): Blocking<boolean> {
    const { settings, report, lines } = this;
    const format = settings.has('xattrs') && !settings.has('format') ? 'posix' : settings.format;
    try {
      const header = headerOf(member, format);
      if (settings.verbose === 1) yield* report.line(report.shown(member.path));
      if (settings.verbose > 1) yield* report.line(lines.line(member, member));
      yield* this.archive.write(header);
      return true;
    } catch (error) {
      if (!(error instanceof DoesNotFit)) throw error;
      yield* report.fail(report.shown(error.message));
      return false;
    }
  }
}

/** Errors: `Fatal`. */
export function changeDirectory(sys: Sys, path: string): void {
  try {
    sys.chdir(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${path}: Cannot open: ${strerror(error.errno)}`);
  }
}
