/** The primaries of `test` and `[[ ]]` on files, texts and variables (bash(1), "CONDITIONAL EXPRESSIONS"). */
import {
  isSysError,
  R_OK,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  type Stat,
  W_OK,
  X_OK,
} from '../../../kernel/sim';
import { holds, succeeds } from '../../lib/attempt';
import { elementByText, splitReference } from '../expand/access';
import type { Shell } from '../state/shell';

const types: Record<string, number> = {
  '-b': S_IFBLK,
  '-c': S_IFCHR,
  '-d': S_IFDIR,
  '-f': S_IFREG,
  '-h': S_IFLNK,
  '-L': S_IFLNK,
  '-p': S_IFIFO,
  '-S': S_IFSOCK,
};
const bits: Record<string, number> = { '-g': S_ISGID, '-k': S_ISVTX, '-u': S_ISUID };
const accesses: Record<string, number> = { '-r': R_OK, '-w': W_OK, '-x': X_OK };

export const unaryOperators = new Set([...'abcdefghknoprstuvwxzGLNORS'].map((letter) => `-${letter}`));

export function unaryTest(shell: Shell, operator: string, text: string): boolean {
  switch (operator) {
    case '-n':
      return text !== '';
    case '-z':
      return text === '';
    case '-v':
      return isSet(shell, text);
    case '-R':
      return shell.vars.find(text)?.has('nameref') ?? false;
    case '-o':
      return shell.options.has(text);
    case '-t':
      return /^\s*\d+\s*$/.test(text) && isTerminal(shell, Number(text));
  }
  return fileTest(shell, operator, text);
}

function fileTest(shell: Shell, operator: string, path: string): boolean {
  const access = accesses[operator];
  if (access !== undefined) return mayAccess(shell, path, access);
  const stat = statOf(shell, path, operator === '-h' || operator === '-L');
  if (stat === null) return false;
  const type = types[operator];
  if (type !== undefined) return (stat.mode & S_IFMT) === type;
  const bit = bits[operator];
  if (bit !== undefined) return (stat.mode & bit) !== 0;
  switch (operator) {
    case '-s':
      return stat.size > 0;
    case '-N':
      return stat.atime <= stat.mtime;
    case '-O':
      return stat.uid === shell.sys.geteuid();
    case '-G':
      return stat.gid === shell.sys.getegid();
    default:
      return true;
  }
}

/** Null when the operator compares no files. */
export function compareFiles(shell: Shell, operator: string, left: string, right: string): boolean | null {
  if (operator !== '-nt' && operator !== '-ot' && operator !== '-ef') return null;
  const [one, other] = [statOf(shell, left, false), statOf(shell, right, false)];
  if (operator === '-nt') return one !== null && (other === null || one.mtime > other.mtime);
  if (operator === '-ot') return other !== null && (one === null || one.mtime < other.mtime);
  return (
    one !== null &&
    other !== null &&
    one.ino === other.ino &&
    one.dev.major === other.dev.major &&
    one.dev.minor === other.dev.minor
  );
}

function isSet(shell: Shell, text: string): boolean {
  if (/^\d+$/.test(text)) return Number(text) <= shell.params.length;
  const reference = splitReference(text);
  if (reference === null) return false;
  const { name, subscript } = reference;
  if (subscript === null) return shell.vars.get(name) !== undefined;
  if (subscript === '@' || subscript === '*') return (shell.vars.lookup(name)?.values().length ?? 0) > 0;
  return elementByText(shell, name, subscript) !== undefined;
}

function isTerminal(shell: Shell, fd: number): boolean {
  return holds(() => shell.sys.isatty(fd));
}

function mayAccess(shell: Shell, path: string, mode: number): boolean {
  return succeeds(() => shell.sys.access(path, mode, { effective: true }));
}

function statOf(shell: Shell, path: string, noFollow: boolean): Stat | null {
  try {
    const fd = /^\/dev\/fd\/(\d+)$/.exec(path)?.[1];
    if (fd !== undefined) return shell.sys.fstat(Number(fd));
    return noFollow ? shell.sys.lstat(path) : shell.sys.stat(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return null;
  }
}
