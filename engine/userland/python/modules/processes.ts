/** Waiting for children. */
import { type Blocking, isSysError, type Sys, type WaitResult } from '../../../kernel/sim';

export function statusOf(result: WaitResult | null): number {
  if (result?.event.kind === 'exited') return result.event.code;
  return result?.event.kind === 'killed' ? 128 + result.event.signal : 0;
}

export function* waitFor(sys: Sys, pid: number): Blocking<WaitResult | null> {
  for (;;) {
    try {
      return yield* sys.waitpid(pid);
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
    }
  }
}
