/** Running other programs: fork, search PATH, execute (execvp(3)). */
import { type Blocking, type Errno, isSysError, type Sys, type WaitResult, X_OK } from '../../../kernel/sim';

export type Environment = Readonly<Record<string, string>>;

const defaultPath = '/bin:/usr/bin';

export function environmentList(env: Environment): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

/** execvp(3): returns only when it did not work. */
export function* executeByName(sys: Sys, argv: readonly string[], env: Environment): Blocking<Errno> {
  const [name = ''] = argv;
  if (name.includes('/')) return yield* tryExecute(sys, name, argv, env);
  let found: Errno = 'ENOENT';
  if (name === '') return found;
  for (const directory of (env.PATH ?? defaultPath).split(':')) {
    const errno = yield* tryExecute(sys, `${directory === '' ? '.' : directory}/${name}`, argv, env);
    if (errno === 'EACCES') found = errno;
    else if (errno !== 'ENOENT' && errno !== 'ENOTDIR') return errno;
  }
  return found;
}

function* tryExecute(sys: Sys, path: string, argv: readonly string[], env: Environment): Blocking<Errno> {
  try {
    sys.access(path, X_OK);
    return yield* sys.execve(path, argv, environmentList(env));
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno;
  }
}

/** As `$?` says it: 128 and more for signals. */
export function statusOf(result: WaitResult | null): number {
  if (result === null) return 0;
  if (result.event.kind === 'exited') return result.event.code;
  return result.event.kind === 'killed' ? 128 + result.event.signal : 0;
}

/** Waits for one child, also when a signal is handled meanwhile. */
export function* waitFor(sys: Sys, pid: number): Blocking<WaitResult | null> {
  for (;;) {
    try {
      return yield* sys.waitpid(pid);
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
    }
  }
}

/** `sh -c command` in a child, with descriptors arranged by `prepare`. Answers its number. */
export function startShell(sys: Sys, command: string, env: Environment, prepare: (child: Sys) => void): number {
  return sys.fork(function* (child) {
    prepare(child);
    yield* executeByName(child, ['sh', '-c', command], { PATH: defaultPath, ...env });
    return 127;
  });
}
