/**
 * passwd, useradd and their like (package passwd): users and groups of a Machine are what the lessons count on, so they
 * are not changed by these; /etc/passwd is a text and may be edited.
 */
import type { Program } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { Accounts } from '../lib/users';

function refusing(name: string): Program {
  return function* (sys) {
    if (sys.geteuid() !== 0) {
      yield* writeAll(sys, 2, `${name}: Permission denied.\n${name}: cannot lock /etc/passwd; try again later.\n`);
      return 1;
    }
    yield* writeAll(sys, 2, `${name}: not in this simulator; edit /etc/passwd and /etc/group instead.\n`);
    return 1;
  };
}

export const useradd = refusing('useradd');
export const userdel = refusing('userdel');
export const usermod = refusing('usermod');
export const groupadd = refusing('groupadd');
export const groupdel = refusing('groupdel');

/** Nobody has a password, and nobody gets one. */
export const passwd: Program = function* (sys, argv) {
  const operands = argv.slice(1).filter((arg) => !arg.startsWith('-'));
  const accounts = yield* Accounts.load(sys);
  const name = operands[0] ?? accounts.userName(sys.getuid());
  if (!accounts.user(name)) {
    yield* writeAll(sys, 2, `passwd: user '${name}' does not exist\n`);
    return 1;
  }
  if (argv.includes('-S') || argv.includes('--status')) {
    yield* writeAll(sys, 1, `${name} L 2026-11-26 0 99999 7 -1\n`);
    return 0;
  }
  yield* writeAll(sys, 2, 'passwd: Authentication token manipulation error\npasswd: password unchanged\n');
  return 10;
};
