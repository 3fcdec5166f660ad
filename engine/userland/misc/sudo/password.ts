/** Asking for a password: nobody has one on a Machine, so nothing that is typed is right. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { LineReader, writeAll } from '../../lib/io';

const noTerminal =
  'a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper';

export interface PasswordRequest {
  user: string;
  prompt: string | null;
  nonInteractive: boolean;
  fromInput: boolean;
}

/** Says why it did not work. */
export function* askInVain(sys: Sys, { user, prompt, nonInteractive, fromInput }: PasswordRequest): Blocking<void> {
  const say = (text: string) => writeAll(sys, 2, `sudo: ${text}\n`);
  if (nonInteractive) return yield* say('a password is required');
  const isTerminal = sys.isatty(0);
  if (!isTerminal && !fromInput) {
    yield* say(noTerminal);
    return yield* say('a password is required');
  }
  const input = new LineReader(sys, 0);
  for (let tries = 1; ; tries++) {
    yield* writeAll(sys, 2, prompt ?? `[sudo] password for ${user}: `);
    const line = yield* readHidden(sys, input, isTerminal && !fromInput);
    if (line === null) {
      yield* writeAll(sys, 2, '\n');
      yield* say('no password was provided');
      return yield* say(tries === 1 ? 'a password is required' : attempts(tries - 1));
    }
    yield* sys.nanosleep(2e9);
    if (tries === 3) return yield* say(attempts(3));
    yield* writeAll(sys, 2, 'Sorry, try again.\n');
  }
}

function attempts(count: number): string {
  return `${count} incorrect password attempt${count === 1 ? '' : 's'}`;
}

/** Reads a line without showing it. */
export function* readHidden(sys: Sys, input: LineReader, isTerminal: boolean): Blocking<string | null> {
  if (!isTerminal) return yield* input.next();
  const before = sys.tcgetattr(0);
  sys.tcsetattr(0, { ...before, echo: false });
  try {
    return yield* input.next();
  } finally {
    sys.tcsetattr(0, before);
    yield* writeAll(sys, 2, '\n');
  }
}
