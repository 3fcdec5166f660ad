/** How a program of the outside is started in a Machine: as a child of its init, as the user it is for. */

import type { User } from '../../machine';
import { isSysError, strerror } from '../abi';
import { encode } from '../bytes';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';

export interface Program {
  argv: readonly string[];
  /** What the program sees as its own name; `argv[0]` when left out. */
  argv0?: string;
  env: Readonly<Record<string, string>>;
  cwd: string | null;
}

/** Becomes the user and executes; status 127 or 126 as a shell would when it cannot. */
export function* become(sys: Sys, user: User, { argv, argv0, env, cwd }: Program): Blocking<number> {
  // It is no child of init's making: what init has blocked is no business of it.
  sys.sigprocmask('set', 0n);
  sys.setgroups(user.groups);
  sys.setresgid(user.gid, user.gid, user.gid);
  sys.setresuid(user.uid, user.uid, user.uid);
  const [program = '', ...args] = argv;
  try {
    sys.chdir(cwd ?? user.home);
  } catch (error) {
    if (!isSysError(error) || cwd !== null) throw error;
    sys.chdir('/');
  }
  const environment = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return yield* executeFirst(sys, candidates(program, env.PATH ?? ''), [argv0 ?? program, ...args], environment);
}

function candidates(program: string, path: string): string[] {
  if (program.includes('/')) return [program];
  return path.split(':').map((directory) => `${directory === '' ? '.' : directory}/${program}`);
}

/** execvp(3). */
function* executeFirst(
  sys: Sys,
  paths: readonly string[],
  argv: readonly string[],
  env: readonly string[],
): Blocking<number> {
  let problem = 'No such file or directory';
  let status = 127;
  for (const path of paths) {
    try {
      return yield* sys.execve(path, argv, env);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno === 'ENOENT' || error.errno === 'ENOTDIR') continue;
      problem = strerror(error.errno);
      status = 126;
      break;
    }
  }
  yield* sys.write(2, encode(`${argv[0]}: ${problem}\n`));
  return status;
}
