/** complete, compgen, compopt (bash(1)). */

import { bare } from '../../../kernel/sim';
import { append } from '../../lib/append';
import { type Builtin, type BuiltinCall, complain, parseOptions } from '../builtins/support';
import { backslashQuote, singleQuote } from '../expand/quote';
import type { Completion, Shell } from '../state/shell';
import { actions, fileNames } from './candidates';
import { generate } from './generate';

const letters: Record<string, string> = bare({
  a: 'alias',
  b: 'builtin',
  c: 'command',
  d: 'directory',
  e: 'export',
  f: 'file',
  g: 'group',
  j: 'job',
  k: 'keyword',
  s: 'service',
  u: 'user',
  v: 'variable',
});
const optionNames = new Set([
  'bashdefault',
  'default',
  'dirnames',
  'filenames',
  'noquote',
  'nosort',
  'nospace',
  'plusdirs',
]);

/** Names of the specifications that are for no command: `-D`, `-E`, `-I`. */
export const specialNames: Record<string, string> = bare({ D: '-D', E: '-E', I: '-I' });

function emptySpec(): Completion {
  return {
    actions: [],
    options: [],
    words: null,
    functionName: null,
    command: null,
    glob: null,
    filter: null,
    prefix: '',
    suffix: '',
  };
}

/** Null after a message. */
function specOf(
  shell: Shell,
  call: BuiltinCall,
  given: ReadonlyArray<{ letter: string; value: string }>,
): Completion | null {
  const spec = emptySpec();
  for (const { letter, value } of given) {
    const action = letters[letter];
    if (action !== undefined) spec.actions.push(action);
    else if (letter === 'A') {
      if (!actions.has(value)) {
        complain(shell, call, `${value}: invalid action name`);
        return null;
      }
      spec.actions.push(value);
    } else if (letter === 'o') {
      if (!optionNames.has(value)) {
        complain(shell, call, `${value}: invalid option name`);
        return null;
      }
      spec.options.push(value);
    } else if (letter === 'W') spec.words = value;
    else if (letter === 'F') spec.functionName = value;
    else if (letter === 'C') spec.command = value;
    else if (letter === 'G') spec.glob = value;
    else if (letter === 'X') spec.filter = value;
    else if (letter === 'P') spec.prefix = value;
    else if (letter === 'S') spec.suffix = value;
  }
  return spec;
}

export const complete: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'abcdefgjksuvprDEIo:A:G:W:F:C:X:P:S:');
  if (given === null) return 2;
  const names = [
    ...['D', 'E', 'I'].filter((letter) => given.has(letter)).map((letter) => specialNames[letter] ?? ''),
    ...(given.has('D') || given.has('E') || given.has('I') ? [] : given.operands),
  ];
  if (given.has('r')) {
    if (names.length === 0) shell.completions.clear();
    let status = 0;
    for (const name of names) {
      if (shell.completions.delete(name)) continue;
      complain(shell, call, `${name}: no completion specification`);
      status = 1;
    }
    return status;
  }
  if (given.has('p') || (given.options.length === 0 && names.length === 0)) {
    let status = 0;
    for (const name of names.length > 0 ? names : shell.completions.keys()) {
      const spec = shell.completions.get(name);
      if (spec) shell.print(`${specText(name, spec)}\n`);
      else {
        complain(shell, call, `${name}: no completion specification`);
        status = 1;
      }
    }
    return status;
  }
  const spec = specOf(shell, call, given.options);
  if (spec === null) return 2;
  for (const name of names) shell.completions.set(name, spec);
  return 0;
};

function specText(name: string, spec: Completion): string {
  const byAction = new Map(Object.entries(letters).map(([letter, action]) => [action, letter]));
  const words = ['complete', ...spec.options.flatMap((option) => ['-o', option])];
  for (const action of spec.actions) {
    const letter = byAction.get(action);
    append(words, letter === undefined ? ['-A', action] : [`-${letter}`]);
  }
  if (spec.glob !== null) words.push('-G', singleQuote(spec.glob));
  if (spec.words !== null) words.push('-W', singleQuote(spec.words));
  if (spec.prefix !== '') words.push('-P', singleQuote(spec.prefix));
  if (spec.suffix !== '') words.push('-S', singleQuote(spec.suffix));
  if (spec.filter !== null) words.push('-X', singleQuote(spec.filter));
  if (spec.command !== null) words.push('-C', singleQuote(spec.command));
  if (spec.functionName !== null) words.push('-F', spec.functionName);
  return [...words, backslashQuote(name).replace(/^\\-/, '-')].join(' ');
}

export const compgen: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, 'abcdefgjksuvo:A:G:W:F:C:X:P:S:');
  if (given === null) return 2;
  const spec = specOf(shell, call, given.options);
  if (spec === null) return 2;
  const [word = ''] = given.operands;
  const found = yield* generate(shell, spec, {
    word,
    command: 'compgen',
    previous: '',
    line: '',
    point: 0,
    words: [],
    index: 0,
    key: '9',
    type: '9',
  });
  let list = found === 'retry' ? [] : found;
  if (list.length === 0 && (spec.options.includes('default') || spec.options.includes('bashdefault')))
    list = fileNames(shell, word);
  for (const candidate of list) shell.print(`${candidate}\n`);
  return list.length > 0 ? 0 : 1;
};

export const compopt: Builtin = (shell, call) => {
  const names: string[] = [];
  const changes: Array<{ option: string; on: boolean }> = [];
  for (let at = 0; at < call.args.length; at++) {
    const word = call.args[at] ?? '';
    if (word === '-o' || word === '+o') {
      const option = call.args[++at] ?? '';
      if (!optionNames.has(option)) {
        complain(shell, call, `${option}: invalid option name`);
        return 2;
      }
      changes.push({ option, on: word === '-o' });
    } else if (/^-[DEI]$/.test(word)) names.push(word);
    else names.push(word);
  }
  if (names.length === 0) {
    if (shell.completionOptions === null) {
      complain(shell, call, 'not currently executing completion function');
      return 1;
    }
    for (const { option, on } of changes) {
      if (on) shell.completionOptions.add(option);
      else shell.completionOptions.delete(option);
    }
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const spec = shell.completions.get(name);
    if (spec === undefined) {
      complain(shell, call, `${name}: no completion specification`);
      status = 1;
      continue;
    }
    const options = new Set(spec.options);
    for (const { option, on } of changes) {
      if (on) options.add(option);
      else options.delete(option);
    }
    shell.completions.set(name, { ...spec, options: [...options] });
  }
  return status;
};
