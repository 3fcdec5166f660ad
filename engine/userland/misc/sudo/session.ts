/** One call of sudo: who asks, and for what. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import type { Accounts, UserEntry } from '../../lib/users';
import type { Variables } from './environment';
import type { SudoArguments } from './options';
import type { Sudoers } from './sudoers';

/** Ends sudo; what was to be said has been said, or is `message`. */
export class Refusal extends Error {}

export interface Session {
  sys: Sys;
  args: SudoArguments;
  env: Readonly<Variables>;
  accounts: Accounts;
  sudoers: Sudoers;
  invoker: UserEntry;
}

export function* say(sys: Sys, text: string): Blocking<number> {
  yield* writeAll(sys, 1, text);
  return 0;
}
