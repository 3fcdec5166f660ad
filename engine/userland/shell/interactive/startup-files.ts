/** Which files a shell reads before its first command (bash(1), "INVOCATION"; as Debian builds it). */
import type { Blocking } from '../../../kernel/sim';
import { readFileOrNull } from '../../lib/io';
import { runFile } from '../builtins/run';
import { expandPromptAtOnce } from '../prompt/prompt';
import type { Invocation } from '../startup/invocation';
import { Abandon } from '../state/flow';
import type { Shell } from '../state/shell';

export function* readStartupFiles(shell: Shell, invocation: Invocation): Blocking<void> {
  if (shell.flavour === 'dash') return yield* readForDash(shell, invocation);
  if (shell.isLogin && !invocation.noprofile) {
    yield* readIfThere(shell, '/etc/profile');
    const home = shell.vars.get('HOME') ?? '';
    for (const name of ['.bash_profile', '.bash_login', '.profile']) {
      if (yield* readIfThere(shell, `${home}/${name}`)) break;
    }
    return;
  }
  if (shell.isInteractive) {
    if (invocation.norc) return;
    if (invocation.rcfile !== null) {
      yield* readIfThere(shell, invocation.rcfile);
      return;
    }
    yield* readIfThere(shell, '/etc/bash.bashrc');
    yield* readIfThere(shell, `${shell.vars.get('HOME') ?? ''}/.bashrc`);
    return;
  }
  const environment = shell.vars.get('BASH_ENV');
  if (environment !== undefined && environment !== '')
    yield* readIfThere(shell, expandPromptAtOnce(shell, environment));
}

function* readForDash(shell: Shell, invocation: Invocation): Blocking<void> {
  if (shell.isLogin && !invocation.noprofile) {
    yield* readIfThere(shell, '/etc/profile');
    yield* readIfThere(shell, `${shell.vars.get('HOME') ?? ''}/.profile`);
  }
  const environment = shell.isInteractive ? shell.vars.get('ENV') : undefined;
  if (environment !== undefined && environment !== '') yield* readIfThere(shell, environment);
}

/** False when there is no such file. */
export function* readIfThere(shell: Shell, path: string): Blocking<boolean> {
  const text = yield* readFileOrNull(shell.sys, path);
  if (text === null) return false;
  try {
    yield* runFile(shell, path, text, null);
  } catch (error) {
    if (!(error instanceof Abandon)) throw error;
    shell.status = error.status;
  }
  return true;
}
