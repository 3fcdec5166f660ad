/** Tilde expansion, and the user database it reads (passwd(5)). */
import { decode, isSysError, O_RDONLY, type Sys } from '../../../kernel/sim';
import type { Shell } from '../state/shell';

export interface User {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

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

export function userById(sys: Sys, uid: number): User | undefined {
  return users(sys).find((user) => user.uid === uid);
}

export function users(sys: Sys): User[] {
  return readSmallFile(sys, '/etc/passwd')
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => {
      const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':');
      return { name, uid: Number(uid), gid: Number(gid), home, shell };
    });
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
