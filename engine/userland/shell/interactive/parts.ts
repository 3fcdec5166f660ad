/** What makes a shell one for people: editor, history, completion, prompts, job control, startup files. */
import { bind, help } from '../builtins/help';
import { compgen, complete, compopt } from '../complete/builtins';
import { completer } from '../complete/completer';
import { setPromptExpander } from '../expand/prompt-hook';
import { fc, history } from '../history/builtins';
import { saveHistory } from '../history/store';
import { expandPromptAtOnce } from '../prompt/prompt';
import { type InteractiveParts, runInvocation } from '../startup/main';
import type { Shell } from '../state/shell';
import { beginJobControl, signalsAfterExec, signalsBeforeExec } from './job-control';
import { runInteractive } from './loop';
import { readStartupFiles } from './startup-files';

setPromptExpander(expandPromptAtOnce);

function setOption(shell: Shell, name: string, on: boolean): void {
  if (name === 'vi' && on && shell.isInteractive) {
    // What is typed is edited in one way only; a script may say what it likes.
    shell.complain('set: vi: lines are edited with the keys of Emacs here');
    return;
  }
  shell.options.turn(name, on);
  if (name !== 'monitor' || shell.subshellDepth > 0) return;
  if (!on) shell.controlsJobs = false;
  else if (shell.terminal >= 0) shell.controlsJobs = true;
  else if (shell.isInteractive) beginJobControl(shell);
  // A script with `set -m`: jobs get groups of their own, whether there is a terminal or not.
  else shell.controlsJobs = true;
}

export const interactiveParts: InteractiveParts = {
  run: (shell, invocation) =>
    runInteractive(shell, invocation, completer, () =>
      runInvocation(
        shell,
        invocation,
        invocation.command === null && invocation.operands.length > 0 && !invocation.readsStdin,
      ),
    ),
  readStartupFiles,
  hooks: {
    setOption,
    expandPs4: expandPromptAtOnce,
    beforeExec: signalsBeforeExec,
    afterExec: signalsAfterExec,
    beforeEnd: saveHistory,
  },
  builtins: [
    ['bind', bind],
    ['compgen', compgen],
    ['complete', complete],
    ['compopt', compopt],
    ['fc', fc],
    ['help', help],
    ['history', history],
  ],
};
