/** Asks for the password, where the rules want one. */

import type { Blocking } from '../../../kernel/sim';
import { askInVain } from './password';
import { Refusal, type Session } from './session';
import type { Rule } from './sudoers';

/** Root needs no password, and neither do those with NOPASSWD. */
export function* authenticate(session: Session, rules: readonly Rule[]): Blocking<void> {
  const { sys, args, invoker } = session;
  if (invoker.uid === 0 || rules.some(({ noPassword }) => noPassword)) return;
  yield* askInVain(sys, {
    user: invoker.name,
    prompt: args.options.value('prompt'),
    nonInteractive: args.options.has('non-interactive'),
    fromInput: args.options.has('stdin'),
  });
  throw new Refusal('');
}
