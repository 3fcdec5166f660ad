import { isSysError } from '../../../kernel/sim';
import type { Shell } from '../state/shell';

/** COLUMNS and LINES, as bash has them after a command (`checkwinsize`) and readline when the window changes. */
export function setWindowVariables(shell: Shell): void {
  shell.windowChanged = false;
  if (shell.flavour === 'dash') return;
  try {
    const size = shell.sys.getWinsize(2);
    if (size.cols > 0) shell.vars.set('COLUMNS', String(size.cols));
    if (size.rows > 0) shell.vars.set('LINES', String(size.rows));
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
