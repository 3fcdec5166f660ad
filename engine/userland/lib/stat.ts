/** Small questions about files. */
import {
  type Errno,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
  type Sys,
} from '../../kernel/sim';
import { holds, orNull, outcome, succeeds } from './attempt';

/** Of what stat(2) says; nothing there is none of them. */
type Looked = Pick<Stat, 'mode'> | null;

export function isDirectory(file: Looked): boolean {
  return isOfKind(file, S_IFDIR);
}
export function isLink(file: Looked): boolean {
  return isOfKind(file, S_IFLNK);
}
export function isRegular(file: Looked): boolean {
  return isOfKind(file, S_IFREG);
}
function isOfKind(file: Looked, kind: number): boolean {
  return file !== null && (file.mode & S_IFMT) === kind;
}

export function isSameFile(a: Stat, b: Stat): boolean {
  return a.ino === b.ino && isSameDevice(a, b);
}
export function isSameDevice(a: Stat, b: Stat): boolean {
  return a.dev.major === b.dev.major && a.dev.minor === b.dev.minor;
}
/** `0:52`, as /proc/PID/mountinfo writes it. */
export function deviceText({ major, minor }: Stat['dev']): string {
  return `${major}:${minor}`;
}
/** For tables of files. */
export function fileKey({ dev, ino }: Pick<Stat, 'dev' | 'ino'>): string {
  return `${deviceText(dev)}:${ino}`;
}

/** What is there, or why it cannot be told. */
export function lookUp(sys: Sys, path: string, follow = true): Stat | Errno {
  return outcome(() => (follow ? sys.stat(path) : sys.lstat(path)));
}

export function lookUpOrNull(sys: Sys, path: string, follow = true): Stat | null {
  return orNull(() => (follow ? sys.stat(path) : sys.lstat(path)));
}

/** Be it through symbolic links. */
export function isDirectoryAt(sys: Sys, path: string): boolean {
  return holds(() => isDirectory(sys.stat(path)));
}
export function exists(sys: Sys, path: string): boolean {
  return succeeds(() => sys.stat(path));
}

const kinds: ReadonlyMap<number, string> = new Map([
  [S_IFDIR, 'directory'],
  [S_IFLNK, 'symbolic link'],
  [S_IFCHR, 'character special file'],
  [S_IFBLK, 'block special file'],
  [S_IFIFO, 'fifo'],
  [S_IFSOCK, 'socket'],
]);

/** `regular empty file` and so on. */
export function kindName({ mode, size }: Stat): string {
  if ((mode & S_IFMT) === S_IFREG) return size === 0 ? 'regular empty file' : 'regular file';
  return kinds.get(mode & S_IFMT) ?? 'weird file';
}
