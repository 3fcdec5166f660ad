/** Running commands for other programs: `sh -c`, waiting, statuses. */
import type { Sys, WaitResult } from '../../../kernel/sim';
import { type Blocking, isSysError } from '../../../kernel/sim';
import { execByName } from '../../lib/exec';

export type Environment = Readonly<Record<string, string>>;

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
    yield* execByName(child, ['sh', '-c', command], { PATH: '/bin:/usr/bin', ...env });
    return 127;
  });
}
