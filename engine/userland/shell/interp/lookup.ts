/** Finds programs in PATH, and remembers where they are (bash(1), "COMMAND EXECUTION", hash). */
import { isSysError, type Sys, X_OK } from '../../../kernel/sim';
import { holds } from '../../lib/attempt';
import { isDirectory } from '../../lib/stat';
import type { Shell } from '../state/shell';

/** Null when there is none. A file that is no program is found, too, when there is nothing better. */
export function findProgram(shell: Shell, name: string, remember = true): string | null {
  return shell.applet?.(name) ? name : findInPath(shell, name, remember);
}

/** The same, whatever the shell has in itself. */
export function findInPath(shell: Shell, name: string, remember: boolean): string | null {
  const known = remember && shell.options.has('hashall') ? shell.hashed.get(name) : undefined;
  if (known && (!shell.options.shopts('checkhash') || isProgram(shell.sys, known.path))) {
    known.hits++;
    return known.path;
  }
  const path = shell.vars.get('PATH');
  // Without a PATH a name is that of a file here.
  if (path === undefined || path === '') return name;
  const found = candidates(name, path).find((file) => isProgram(shell.sys, file));
  if (found !== undefined && remember && shell.options.has('hashall') && found.startsWith('/')) {
    shell.hashed.set(name, { path: found, hits: 1 });
  }
  if (found !== undefined) return found;
  return candidates(name, path).find((file) => isFile(shell.sys, file)) ?? null;
}

export const standardPath = '/bin:/usr/bin:/sbin:/usr/sbin';

/** All of them, in the order of PATH. */
export function programsNamed(sys: Sys, name: string, path: string): string[] {
  return candidates(name, path).filter((file) => isProgram(sys, file));
}

function candidates(name: string, path: string): string[] {
  if (name === '' || path === '') return [];
  return path.split(':').map((directory) => {
    if (directory === '' || directory === '.') return `./${name}`;
    return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
  });
}

export function isProgram(sys: Sys, file: string): boolean {
  try {
    if (isDirectory(sys.stat(file))) return false;
    sys.access(file, X_OK, { effective: true });
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

function isFile(sys: Sys, file: string): boolean {
  return holds(() => !isDirectory(sys.stat(file)));
}
