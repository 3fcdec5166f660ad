/** Room for what is extracted: directories above it, and what is there already. */
import { isSysError, type Sys } from '../../../kernel/sim';
import { problemOf } from '../../lib/attempt';
import { joinPath } from '../../lib/paths';

/** Whether any had to be made, and could. */
export function makeParents(sys: Sys, path: string): boolean {
  let isMade = false;
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    const errno = problemOf(() => sys.mkdir(path.slice(0, at), 0o777));
    if (errno === null) isMade = true;
    else if (errno !== 'EEXIST') return false;
  }
  return isMade;
}

/** Whether it is gone; directories go when they are empty, or with all that is in them. */
export function removeOld(sys: Sys, path: string, isRecursive: boolean): boolean {
  const errno = problemOf(() => sys.unlink(path));
  if (errno === null || errno === 'ENOENT') return true;
  if (errno !== 'EISDIR') return false;
  if (problemOf(() => sys.rmdir(path)) === null) return true;
  return isRecursive && problemOf(() => removeTree(sys, path)) === null;
}

/** Errors as unlink(2) and rmdir(2). */
function removeTree(sys: Sys, path: string): void {
  for (const { name } of sys.readdir(path)) {
    if (name === '.' || name === '..') continue;
    const child = joinPath(path, name);
    try {
      sys.unlink(child);
    } catch (error) {
      if (!isSysError(error, 'EISDIR')) throw error;
      removeTree(sys, child);
    }
  }
  sys.rmdir(path);
}
