/** Tilde expansion, and the user database it reads (passwd(5)). */
import { decode, isSysError, O_RDONLY, type Sys } from '../../../kernel/sim';
import { parseUsers, type UserEntry } from '../../lib/users';
import type { Shell } from '../state/shell';

/** Directory for `~user`; the text itself when there is none. */
export function homeOf(shell: Shell, user: string): string {
  if (user === '') return shell.vars.get('HOME') ?? userById(shell.sys, shell.sys.getuid())?.home ?? '/';
  if (user === '+') return shell.vars.get('PWD') ?? '~+';
  if (user === '-') return shell.vars.get('OLDPWD') ?? '~-';
  const number = /^([+-]?)(\d+)$/.exec(user);
  if (number) {
    const stack = [shell.vars.get('PWD') ?? '', ...shell.directories];
    const index = number[1] === '-' ? stack.length - 1 - Number(number[2]) : Number(number[2]);
    return stack[index] ?? `~${user}`;
  }
  return users(shell.sys).find(({ name }) => name === user)?.home ?? `~${user}`;
}

export function userById(sys: Sys, uid: number): UserEntry | undefined {
  return users(sys).find((user) => user.uid === uid);
}

export function users(sys: Sys): UserEntry[] {
  return parseUsers(readSmallFile(sys, '/etc/passwd'));
}

/** A regular file is there at once: opening and reading it never waits. Empty when it cannot be read. */
export function readSmallFile(sys: Sys, path: string): string {
  try {
    const opening = sys.open(path, O_RDONLY).next();
    if (!opening.done) return '';
    const fd = opening.value;
    try {
      return decode(sys.pread(fd, 1 << 20, 0));
    } finally {
      sys.close(fd);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    return '';
  }
}
