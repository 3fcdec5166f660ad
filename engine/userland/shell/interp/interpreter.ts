/** Puts the interpreter together, and gives a shell what it needs of it. */

import type { Sys } from '../../../kernel/sim';
import { type Blocking, isSysError } from '../../../kernel/sim';
import { encodeLossless } from '../../text/common/lossless';
import { builtinNames, findBuiltin } from '../builtins/registry';
import { traceQuote } from '../expand/quote';
import { jobLine } from '../jobs/notices';
import { spawn } from '../jobs/spawn';
import { ExitShell } from '../state/flow';
import type { Job } from '../state/jobs';
import { type Hooks, type Interpreter, Shell, type Tail } from '../state/shell';
import { deliver, runExitTrap } from '../traps/traps';
import { environmentOf } from './environment';
import { execute, runStatements } from './execute';
import { finishForeground } from './foreground';
import { callFunction, exportedText, functionText } from './functions';
import { findProgram } from './lookup';
import { executeProgram } from './program';
import { mayTakeOver, runBuiltin } from './simple';
import { processSubstitution, substitute } from './substitution';
import { runText } from './text';

const interpreter: Interpreter = {
  runText,
  substitute,
  processSubstitution,
  runWords,
  callFunction,
  runStatements,
  execute,
};

/** What the interpreter itself puts in. */
export const interpreterHooks = {
  write,
  exitTrap: runExitTrap,
  runPendingTraps: deliver,
  trace,
  functionText,
  exportedText,
  jobLine: (shell: Shell, job: Job) => jobLine(shell, job),
  isBuiltin: (shell: Shell, name: string) => findBuiltin(shell, name) !== undefined,
  builtinNames,
};

export function makeShell(sys: Sys, hooks: Hooks): Shell {
  return new Shell(sys, interpreter, hooks);
}

/** Writes everything; an error is reported on standard error, once. */
function* write(shell: Shell, fd: number, text: string): Blocking<void> {
  let rest = encodeLossless(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(yield* shell.sys.write(fd, rest));
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno === 'EINTR' && !shell.isInterrupted) continue;
      shell.writeError = error.errno;
      return;
    }
  }
}

/** `+ command`: the first character of PS4 once for every level of subshells. */
function trace(shell: Shell, text: string): void {
  const ps4 = shell.vars.get('PS4') ?? '+ ';
  const prompt = shell.hooks.expandPs4(shell, ps4);
  const lead = shell.flavour === 'bash' ? prompt.charAt(0).repeat(shell.traceDepth) : '';
  shell.printError(`${lead}${prompt}${text}\n`);
}

/** Runs a command given by its words: what `command`, `builtin` and completions do. */
function* runWords(
  shell: Shell,
  words: readonly string[],
  how: 'any' | 'command' | 'builtin' = 'any',
  tail: Tail = 'no',
): Blocking<number> {
  const [name = '', ...args] = words;
  const definition = how === 'any' ? shell.functions.get(name) : undefined;
  if (definition) return yield* callFunction(shell, definition, args);
  const builtin = findBuiltin(shell, name);
  if (builtin && !shell.disabledBuiltins.has(name))
    return yield* runBuiltin(shell, builtin, { words, arrays: null }, null, []);
  if (how === 'builtin') return 1;
  const path = name.includes('/') ? name : findProgram(shell, name);
  const environment = environmentOf(shell, path ?? name);
  if (mayTakeOver(shell, tail, [])) {
    yield* shell.flush();
    shell.hooks.beforeExec(shell);
    throw new ExitShell(yield* executeProgram(shell, { path, words, environment }));
  }
  const pid = yield* spawn(shell, { group: shell.controlsJobs ? 0 : null, foreground: true }, (child) =>
    executeProgram(child, { path, words, environment }),
  );
  return yield* finishForeground(shell, [{ pid, text: '' }], () => words.map(traceQuote).join(' '));
}
