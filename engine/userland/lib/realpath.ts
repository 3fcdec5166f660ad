/** Path names without symbolic links, `.` and `..`, as realpath(1) and readlink -f make them. */
import { isSysError, S_IFDIR, S_IFLNK, S_IFMT, type Sys, SysError } from '../../kernel/sim';

/** What has to be there: everything, everything but the last component, or nothing. */
export type MustExist = 'all' | 'but-last' | 'nothing';

const mostLinks = 40;

export interface CanonicalOptions {
  /** Leave symbolic links as they are. */
  keepLinks?: boolean;
  /** Where a relative path begins; the working directory when left out. */
  base?: string;
}

/** Errors as realpath(3). */
export function canonicalPath(sys: Sys, path: string, mustExist: MustExist, options: CanonicalOptions = {}): string {
  if (path === '') throw new SysError('ENOENT');
  const pending = path.split('/').filter((part) => part !== '');
  let result = path.startsWith('/') ? '/' : (options.base ?? sys.getcwd());
  let links = 0;
  const endsInSlash = path.endsWith('/');
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '.') continue;
    if (part === '..') {
      result = result.replace(/\/[^/]*$/, '') || '/';
      continue;
    }
    const next = result === '/' ? `/${part}` : `${result}/${part}`;
    const isLast = pending.every((rest) => rest === '.');
    const mode = look(sys, next, mustExist, isLast && !(endsInSlash && mustExist === 'all'));
    if ((mode & S_IFMT) === S_IFLNK && !options.keepLinks) {
      if (++links > mostLinks) {
        if (mustExist !== 'nothing') throw new SysError('ELOOP');
        result = next;
        continue;
      }
      const target = sys.readlink(next);
      if (target.startsWith('/')) result = '/';
      pending.unshift(...target.split('/').filter((piece) => piece !== ''));
      continue;
    }
    const hasMore = pending.length > 0 || (endsInSlash && mustExist !== 'nothing');
    if (hasMore && mode !== 0 && mustExist !== 'nothing' && !isDirectory(sys, next, mode))
      throw new SysError('ENOTDIR');
    result = next;
  }
  return result;
}

/** The mode of what is there; 0 when nothing is and that is fine. */
function look(sys: Sys, path: string, mustExist: MustExist, isLast: boolean): number {
  try {
    return sys.lstat(path).mode;
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (mustExist === 'nothing' || (mustExist === 'but-last' && isLast && error.errno === 'ENOENT')) return 0;
    throw error;
  }
}

function isDirectory(sys: Sys, path: string, mode: number): boolean {
  const followed = (mode & S_IFMT) === S_IFLNK ? sys.stat(path).mode : mode;
  return (followed & S_IFMT) === S_IFDIR;
}
