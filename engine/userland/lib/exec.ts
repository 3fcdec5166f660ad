/** Executing a program by its name, searched for in PATH (execvp(3)). */
import { type Blocking, type Errno, isSysError, type Sys, X_OK } from '../../kernel/sim';

const defaultPath = '/bin:/usr/bin';

export function environmentList(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

/**
 * Returns only when it did not work, with the reason. `env` is what the program gets; it is searched for in the PATH
 * there. A file without `#!` is given to sh.
 */
export function* execByName(sys: Sys, argv: readonly string[], env: Readonly<Record<string, string>>): Blocking<Errno> {
  const [name = ''] = argv;
  const list = environmentList(env);
  if (name.includes('/')) return yield* tryExec(sys, name, argv, list);
  let found: Errno = 'ENOENT';
  if (name === '') return found;
  for (const directory of (env.PATH ?? defaultPath).split(':')) {
    const errno = yield* tryExec(sys, `${directory === '' ? '.' : directory}/${name}`, argv, list);
    if (errno === 'EACCES') found = errno;
    else if (errno !== 'ENOENT' && errno !== 'ENOTDIR') return errno;
  }
  return found;
}

function* tryExec(sys: Sys, path: string, argv: readonly string[], env: readonly string[]): Blocking<Errno> {
  try {
    sys.access(path, X_OK, { effective: true });
    return yield* sys.execve(path, argv, env);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno !== 'ENOEXEC') return error.errno;
  }
  return yield* tryExec(sys, '/bin/sh', ['sh', path, ...argv.slice(1)], env);
}
