/** Turns what an expansion or assignment threw into a message, and into how far the shell goes back. */
import { type Blocking, isSysError, strerror } from '../../../kernel/sim';
import { Abandon, ExitShell, ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { VariableError } from '../state/variables';

/**
 * Says what is wrong, then leaves the command line: bash goes on with the next line it reads, except that an unset
 * variable under `set -u` and `${x:?}` end a shell that is not interactive.
 */
export function* abandonFor(shell: Shell, error: unknown): Blocking<never> {
  if (error instanceof ShellError) {
    shell.complain(error.message);
    yield* shell.flush();
    if (shell.flavour === 'dash') throw shell.isInteractive ? new Abandon(2) : new ExitShell(2);
    if (error.fatal !== null && !shell.isInteractive) throw new ExitShell(fatalStatus(shell, error.fatal));
    throw new Abandon(error.status);
  }
  if (isSysError(error)) {
    // A signal: its trap, or back to the prompt.
    if (error.errno === 'EINTR') yield* shell.hooks.runPendingTraps(shell);
    else shell.complain(strerror(error.errno));
    yield* shell.flush();
    throw new Abandon(error.errno === 'EINTR' ? 130 : 1);
  }
  if (error instanceof VariableError) {
    const isDash = shell.flavour === 'dash' && error.readonlyName !== null;
    shell.complain(isDash ? `${error.readonlyName}: is read only` : error.message);
    yield* shell.flush();
    if (shell.flavour === 'dash') throw shell.isInteractive ? new Abandon(2) : new ExitShell(2);
    throw new Abandon(1);
  }
  throw error;
}

/** `bash -c` tells by 127 that it has broken off; a file of commands or a subshell has just failed. */
function fatalStatus(shell: Shell, status: number): number {
  return status === 127 && !(shell.isCommandString && shell.subshellDepth === 0) ? 1 : status;
}

/** The message of an error that only makes the command fail; rethrows anything else. */
export function messageOf(error: unknown): string {
  if (error instanceof ShellError || error instanceof VariableError) return error.message;
  if (isSysError(error)) return strerror(error.errno);
  throw error;
}
