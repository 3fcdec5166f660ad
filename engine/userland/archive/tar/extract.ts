/** `tar -x`: members of an archive into files. What waits for the end: modes and times of directories, and links that lead out. */
import type { OwnerNames, TarEntry } from '../../../archive';
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_TRUNC,
  O_WRONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  type Sys,
  type SysError,
  strerror,
} from '../../../kernel/sim';
import { orNull, problemOf } from '../../lib/attempt';
import { writeAll } from '../../lib/io';
import { quoteWord } from '../../lib/quote';
import { fileKey, isDirectory, lookUpOrNull } from '../../lib/stat';
import type { Accounts } from '../../lib/users';
import { hasDotDot, stripped } from './names';
import { makeParents, removeOld } from './places';
import type { Report } from './report';
import type { Settings } from './settings';

const devices = { char: S_IFCHR, block: S_IFBLK } as const;

/** Where the content of a member goes. */
interface Target {
  fd: number;
  entry: TarEntry;
  path: string;
  /** Bytes so far, holes included. */
  size: number;
}

export class Extractor {
  readonly #isRoot: boolean;
  readonly #umask: number;
  readonly #directories: Array<{ path: string; entry: TarEntry; names: OwnerNames }> = [];
  /** Files of no use that stand for links which lead out, until all is there: nothing is written through them. */
  readonly #placeholders: Array<{ path: string; key: string; entry: TarEntry; names: OwnerNames }> = [];
  #target: Target | null = null;
  #names: OwnerNames = { user: '', group: '' };

  constructor(
    private readonly sys: Sys,
    private readonly settings: Settings,
    private readonly accounts: Accounts,
    private readonly report: Report,
  ) {
    this.#isRoot = sys.geteuid() === 0;
    this.#umask = sys.umask(0);
    sys.umask(this.#umask);
  }

  /** Whether its name leads nowhere but into the directory; says what is wrong, or left out of it. */
  *admits({ path, type, target }: TarEntry): Blocking<boolean> {
    const { settings, report } = this;
    if (settings.has('absolute-names')) return true;
    const safe = yield* report.safe(path, 'member names', false);
    if (type === 'link') yield* report.safe(target, 'hard link targets', false);
    if (hasDotDot(path)) {
      yield* report.fail(`${report.shown(path)}: Member name contains '..'`);
      return false;
    }
    return settings.strip === 0 || stripped(safe, settings.strip) !== null;
  }

  /** What is admitted. */
  *begin(entry: TarEntry, names: OwnerNames): Blocking<void> {
    const { settings, report } = this;
    this.#names = names;
    const safe = yield* report.safe(entry.path, 'member names', settings.has('absolute-names'));
    const path = (settings.strip === 0 ? null : stripped(safe, settings.strip)) ?? safe;
    if (settings.has('to-stdout')) {
      if (entry.type === 'file') this.#target = { fd: 1, entry, path, size: 0 };
      return;
    }
    try {
      yield* this.#make(entry, path.replace(/(?<=.)\/+$/, ''));
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#cannot(entry, path, error);
    }
  }

  *data(bytes: Uint8Array): Blocking<void> {
    const target = this.#target;
    if (!target) return;
    target.size += bytes.length;
    try {
      yield* writeAll(this.sys, target.fd, bytes);
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#drop(target);
      yield* this.report.cannot(target.path, 'write', error.errno);
    }
  }

  *hole(bytes: number): Blocking<void> {
    const target = this.#target;
    if (!target) return;
    target.size += bytes;
    if (target.fd === 1) yield* writeAll(this.sys, 1, new Uint8Array(bytes));
    else {
      this.sys.ftruncate(target.fd, target.size);
      this.sys.lseek(target.fd, target.size, 0);
    }
  }

  end(): void {
    const target = this.#target;
    if (!target) return;
    this.#drop(target);
    if (target.fd === 1) return;
    this.#settle(target.path, target.entry, this.#names);
  }

  /** After the last member. */
  *finish(): Blocking<void> {
    for (const { path, key, entry, names } of this.#placeholders) {
      const found = lookUpOrNull(this.sys, path, false);
      if (found === null || fileKey(found) !== key) continue;
      this.sys.unlink(path);
      const errno = problemOf(() => this.sys.symlink(entry.target, path));
      if (errno === null) this.#settle(path, entry, names);
      else yield* this.report.fail(`${path}: Cannot create symlink to ${quoteWord(entry.target)}: ${strerror(errno)}`);
    }
    for (const { path, entry, names } of this.#directories.reverse()) this.#settle(path, entry, names);
  }

  *#make(entry: TarEntry, path: string): Blocking<void> {
    const { sys } = this;
    if (entry.type === 'directory') return this.#directory(entry, path);
    if (entry.type === 'file') {
      const fd = yield* this.#anew(path, () => this.#create(path));
      if (fd !== null) this.#target = { fd, entry, path, size: 0 };
      return;
    }
    if (entry.type === 'link') return yield* this.#link(entry, path);
    if (entry.type === 'symlink') {
      if (!this.settings.has('absolute-names') && (entry.target.startsWith('/') || hasDotDot(entry.target)))
        return yield* this.#placeholder(entry, path);
      if (this.#anewAtOnce(path, () => sys.symlink(entry.target, path))) this.#settle(path, entry, this.#names);
      return;
    }
    const [major = 0, minor = 0] = (entry.device ?? '').split(':').map(Number);
    const kind = entry.type === 'fifo' ? S_IFIFO : devices[entry.type];
    const isMade = this.#anewAtOnce(path, () =>
      sys.mknod(path, kind | (entry.mode & 0o777), entry.type === 'fifo' ? undefined : { major, minor }),
    );
    if (isMade) this.#settle(path, entry, this.#names);
  }

  *#create(path: string): Blocking<number> {
    const isOver = this.settings.old === 'overwrite';
    return yield* this.sys.open(path, O_WRONLY | O_CREAT | (isOver ? O_TRUNC : O_EXCL), 0o600);
  }

  /** Null: what is there is left as it is. */
  *#anew<T>(path: string, make: () => Blocking<T>): Blocking<T | null> {
    this.#removeFirst(path);
    for (let isFirst = true; ; isFirst = false) {
      try {
        return yield* make();
      } catch (error) {
        if (!isSysError(error) || !isFirst) throw error;
        if (!this.#putRight(path, error)) return null;
      }
    }
  }

  /** False: what is there is left as it is. */
  #anewAtOnce(path: string, make: () => void): boolean {
    this.#removeFirst(path);
    for (let isFirst = true; ; isFirst = false) {
      try {
        make();
        return true;
      } catch (error) {
        if (!isSysError(error) || !isFirst) throw error;
        if (!this.#putRight(path, error)) return false;
      }
    }
  }

  #removeFirst(path: string): void {
    if (this.settings.old === 'unlink') removeOld(this.sys, path, this.settings.has('recursive-unlink'));
  }

  /** Makes the way to it, or takes away what is there. False: it is to be left. Errors: the one given, when it cannot be helped. */
  #putRight(path: string, error: SysError): boolean {
    const { sys, settings } = this;
    if (error.errno === 'ENOENT' && makeParents(sys, path)) return true;
    if (error.errno !== 'EEXIST') throw error;
    if (settings.old === 'skip') return false;
    if (settings.old === 'keep' || !removeOld(sys, path, settings.has('recursive-unlink'))) throw error;
    return true;
  }

  #directory(entry: TarEntry, path: string): void {
    const { sys } = this;
    // What is to be put into it has to find a way in.
    const mode = (entry.mode | 0o700) & 0o777;
    for (let isFirst = true; ; isFirst = false) {
      try {
        sys.mkdir(path, mode);
        break;
      } catch (error) {
        if (!isSysError(error)) throw error;
        if (error.errno === 'EEXIST') {
          if (isDirectory(lookUpOrNull(sys, path, false))) break;
          if (this.settings.old !== 'keep' && isFirst && removeOld(sys, path, false)) continue;
        } else if (error.errno === 'ENOENT' && isFirst && makeParents(sys, path)) continue;
        throw error;
      }
    }
    this.#directories.push({ path, entry, names: this.#names });
  }

  *#link(entry: TarEntry, path: string): Blocking<void> {
    const { sys, settings, report } = this;
    const safe = yield* report.safe(entry.target, 'hard link targets', settings.has('absolute-names'));
    const target = settings.strip === 0 ? safe : (stripped(safe, settings.strip) ?? safe);
    const own = lookUpOrNull(sys, path, false);
    const other = lookUpOrNull(sys, target, false);
    if (own && other && fileKey(own) === fileKey(other)) return;
    try {
      this.#anewAtOnce(path, () => sys.link(target, path));
    } catch (error) {
      if (!isSysError(error)) throw error;
      const reason = strerror(error.errno);
      yield* report.fail(`${report.shown(path)}: Cannot hard link to ${quoteWord(target)}: ${reason}`);
    }
  }

  *#placeholder(entry: TarEntry, path: string): Blocking<void> {
    const { sys } = this;
    const fd = yield* this.#anew(path, () => sys.open(path, O_WRONLY | O_CREAT | O_EXCL, 0));
    if (fd === null) return;
    this.#placeholders.push({ path, key: fileKey(sys.fstat(fd)), entry, names: this.#names });
    sys.close(fd);
  }

  /** Owner, mode and time, as far as they are this user's to set; a link has no mode. */
  #settle(path: string, entry: TarEntry, names: OwnerNames): void {
    const { sys, settings } = this;
    const noFollow = { noFollow: true };
    if (!settings.has('touch')) orNull(() => sys.utimens(path, { mtime: Number(entry.mtimeNs) }, noFollow));
    const keepsOwner = settings.has('same-owner') || (this.#isRoot && !settings.has('no-same-owner'));
    if (keepsOwner) {
      const { uid, gid } = this.#ownerOf(entry, names);
      orNull(() => sys.chown(path, uid, gid, noFollow));
    }
    if (entry.type === 'symlink') return;
    for (const [name, value] of settings.has('xattrs') ? entry.xattrs : [])
      orNull(() => sys.setxattr(path, name, value, 0, noFollow));
    const keepsMode = settings.has('preserve-permissions') || (this.#isRoot && !settings.has('no-same-permissions'));
    orNull(() => sys.chmod(path, keepsMode ? entry.mode : entry.mode & 0o777 & ~this.#umask));
  }

  #ownerOf(entry: TarEntry, names: OwnerNames): { uid: number; gid: number } {
    const { accounts, settings } = this;
    if (settings.has('numeric-owner')) return { uid: entry.uid, gid: entry.gid };
    return {
      uid: accounts.user(names.user)?.uid ?? entry.uid,
      gid: accounts.group(names.group)?.gid ?? entry.gid,
    };
  }

  #drop({ fd }: Target): void {
    this.#target = null;
    if (fd !== 1) this.sys.close(fd);
  }

  *#cannot(entry: TarEntry, path: string, error: SysError): Blocking<void> {
    const what = { directory: 'mkdir', file: 'open', char: 'mknod', block: 'mknod', fifo: 'mkfifo', link: 'open' };
    if (entry.type !== 'symlink') return yield* this.report.cannot(path, what[entry.type], error.errno);
    const shown = this.report.shown(path);
    yield* this.report.fail(`${shown}: Cannot create symlink to ${quoteWord(entry.target)}: ${strerror(error.errno)}`);
  }
}
