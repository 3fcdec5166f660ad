/** What a failed command brings about: the ERR trap and `set -e`, unless somebody looks at the failure. */
import type { Blocking } from '../../../kernel/sim';
import { ExitShell } from '../state/flow';
import type { Shell } from '../state/shell';
import { runTrap } from '../traps/traps';

export function* checkFailure(shell: Shell, status: number): Blocking<void> {
  if (shell.ignoresFailure > 0) return;
  if (
    shell.traps.has('ERR') &&
    (shell.functionDepth === 0 || shell.options.has('errtrace') || shell.trapDepth === shell.functionDepth)
  ) {
    yield* runTrap(shell, 'ERR');
  }
  if (shell.options.has('errexit')) throw new ExitShell(status);
}

/** Runs something whose failure is only looked at. */
export function* tolerating(shell: Shell, work: () => Blocking<number>): Blocking<number> {
  const before = shell.ignoresFailure;
  shell.ignoresFailure = before + 1;
  try {
    return yield* work();
  } finally {
    shell.ignoresFailure = before;
  }
}
