/** Which builtins there are, in bash and in dash. */
import type { Shell } from '../state/shell';
import { declare, exportNames, local, readonly } from './declare';
import { cd, dirs, popd, pushd, pwd } from './directories';
import { echo } from './echo';
import { breakLoop, continueLoop, exit, failing, logout, nothing, returnFrom, shift } from './flow';
import { bg, disown, fg, jobs } from './jobs';
import { kill } from './kill';
import { mapfile } from './mapfile';
import { alias, caller, enable, getopts, letNumbers, suspend, times, umask, unalias } from './misc';
import { printf } from './printf';
import { read } from './read';
import { builtin, command, evaluate, exec, source } from './run';
import { set, shopt } from './set';
import type { Builtin } from './support';
import { test } from './test';
import { trap } from './trap';
import { hash, type } from './type';
import { ulimit } from './ulimit';
import { unset } from './unset';
import { wait } from './wait';

export type { Builtin, BuiltinCall } from './support';

const shared: ReadonlyArray<readonly [string, Builtin]> = [
  ['.', source],
  [':', nothing],
  ['[', test],
  ['alias', alias],
  ['bg', bg],
  ['break', breakLoop],
  ['cd', cd],
  ['command', command],
  ['continue', continueLoop],
  ['echo', echo],
  ['eval', evaluate],
  ['exec', exec],
  ['exit', exit],
  ['export', exportNames],
  ['false', failing],
  ['fg', fg],
  ['getopts', getopts],
  ['hash', hash],
  ['jobs', jobs],
  ['kill', kill],
  ['local', local],
  ['printf', printf],
  ['pwd', pwd],
  ['read', read],
  ['readonly', readonly],
  ['return', returnFrom],
  ['set', set],
  ['shift', shift],
  ['test', test],
  ['times', times],
  ['trap', trap],
  ['true', nothing],
  ['type', type],
  ['ulimit', ulimit],
  ['umask', umask],
  ['unalias', unalias],
  ['unset', unset],
  ['wait', wait],
];

const ofBash: ReadonlyArray<readonly [string, Builtin]> = [
  ['builtin', builtin],
  ['caller', caller],
  ['declare', declare],
  ['dirs', dirs],
  ['disown', disown],
  ['enable', enable],
  ['let', letNumbers],
  ['logout', logout],
  ['mapfile', mapfile],
  ['popd', popd],
  ['pushd', pushd],
  ['readarray', mapfile],
  ['shopt', shopt],
  ['source', source],
  ['suspend', suspend],
  ['typeset', declare],
];

const dash = new Map<string, Builtin>([...shared]);
const bash = new Map<string, Builtin>([...shared, ...ofBash]);

/** For the parts that are put in from above: history, completion, help. */
export function addBuiltins(more: ReadonlyArray<readonly [string, Builtin]>): void {
  for (const [name, run] of more) bash.set(name, run);
}

export function findBuiltin(shell: Shell, name: string): Builtin | undefined {
  return (shell.flavour === 'dash' ? dash : bash).get(name);
}

export function builtinNames(): string[] {
  return [...bash.keys()].sort();
}

const special = new Set([
  '.',
  ':',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'source',
  'times',
  'trap',
  'unset',
]);

/** POSIX's special builtins: assignments before them stay, and their errors end a shell. */
export function isSpecialBuiltin(name: string): boolean {
  return special.has(name);
}
