/** Names a word may be completed to: files, commands, variables, users and the rest of compgen's actions. */
import type { Sys } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { parseHosts } from '../../lib/hosts';
import { isDirectoryAt } from '../../lib/stat';
import { parseGroups } from '../../lib/users';
import { byCodePoint } from '../expand/glob';
import { homeOf, readSmallFile, users } from '../expand/tilde';
import { isProgram } from '../interp/lookup';
import { trapNames } from '../jobs/signals';
import { keywords } from '../state/keywords';
import { optionLetters, shoptDefaults } from '../state/options';
import type { Shell } from '../state/shell';

export function fileNames(shell: Shell, word: string, only: 'all' | 'directories' | 'programs' = 'all'): string[] {
  const slash = word.lastIndexOf('/');
  const typed = word.slice(0, slash + 1);
  const prefix = word.slice(slash + 1);
  const directory = expandedDirectory(shell, typed);
  const found: string[] = [];
  for (const name of entries(shell.sys, directory === '' ? '.' : directory)) {
    if (!name.startsWith(prefix) || name === '.' || name === '..') continue;
    if (name.startsWith('.') && prefix === '') continue;
    const path = directory + name;
    if (only === 'directories' && !isFolder(shell, path)) continue;
    if (only === 'programs' && !isFolder(shell, path) && !isProgram(shell.sys, path)) continue;
    found.push(typed + name);
  }
  return found.sort(byCodePoint);
}

export function expandedDirectory(shell: Shell, typed: string): string {
  const tilde = /^~([^/]*)\//.exec(typed);
  return tilde ? `${homeOf(shell, tilde[1] ?? '')}/${typed.slice(tilde[0].length)}` : typed;
}

export function isFolder(shell: Shell, path: string): boolean {
  return isDirectoryAt(shell.sys, expandedDirectory(shell, path));
}

function entries(sys: Sys, directory: string): string[] {
  return orNull(() => sys.readdir(directory).map(({ name }) => name)) ?? [];
}

export function commandNames(shell: Shell, word: string): string[] {
  const names = new Set<string>();
  const take = (name: string): void => {
    if (name.startsWith(word)) names.add(name);
  };
  for (const keyword of keywords) take(keyword);
  for (const name of shell.aliases.keys()) take(name);
  for (const name of shell.functions.keys()) take(name);
  for (const name of shell.hooks.builtinNames()) take(name);
  for (const directory of (shell.vars.get('PATH') ?? '').split(':')) {
    for (const name of entries(shell.sys, directory === '' ? '.' : directory)) {
      if (name.startsWith(word) && !names.has(name) && isProgram(shell.sys, `${directory}/${name}`)) names.add(name);
    }
  }
  return [...names].sort(byCodePoint);
}

export function variableNames(shell: Shell, word: string): string[] {
  return shell.vars
    .names()
    .filter((name) => name.startsWith(word) && /^\w+$/.test(name) && shell.vars.find(name)?.value !== null);
}

export function userNames(shell: Shell, word: string): string[] {
  return users(shell.sys)
    .map(({ name }) => name)
    .filter((name) => name.startsWith(word))
    .sort(byCodePoint);
}

/** The actions of `compgen -A`. */
export function actionNames(shell: Shell, action: string, word: string): string[] {
  const matching = (names: Iterable<string>) => [...names].filter((name) => name.startsWith(word));
  switch (action) {
    case 'alias':
      return matching(shell.aliases.keys()).sort();
    case 'arrayvar':
      return variableNames(shell, word).filter((name) => shell.vars.find(name)?.isArray);
    case 'builtin':
      return matching(shell.hooks.builtinNames());
    case 'command':
      return word.includes('/') ? fileNames(shell, word, 'programs') : commandNames(shell, word);
    case 'directory':
      return fileNames(shell, word, 'directories');
    case 'disabled':
      return matching(shell.disabledBuiltins);
    case 'enabled':
      return matching(shell.hooks.builtinNames().filter((name) => !shell.disabledBuiltins.has(name)));
    case 'export':
      return variableNames(shell, word).filter((name) => shell.vars.find(name)?.has('export'));
    case 'file':
      return fileNames(shell, word);
    case 'function':
      return matching(shell.functions.keys()).sort();
    case 'group':
      return matching(parseGroups(readSmallFile(shell.sys, '/etc/group')).map(({ name }) => name));
    case 'helptopic':
      return matching(shell.hooks.builtinNames());
    case 'hostname':
      return matching(hostNames(shell));
    case 'job':
      return matching(shell.jobs.numbered.map(({ text }) => text.split(' ')[0] ?? ''));
    case 'keyword':
      return matching(keywords);
    case 'running':
    case 'stopped':
      return matching(shell.jobs.numbered.map(({ text }) => text.split(' ')[0] ?? ''));
    case 'service':
      return matching(
        readSmallFile(shell.sys, '/etc/services')
          .split('\n')
          .map((line) => line.split(/\s/)[0] ?? '')
          .filter((name) => /^\w/.test(name)),
      );
    case 'setopt':
      return matching(optionLetters.map(([name]) => name));
    case 'shopt':
      return matching(shoptDefaults.map(([name]) => name));
    case 'signal':
      return matching(trapNames.keys());
    case 'user':
      return userNames(shell, word);
    case 'variable':
      return variableNames(shell, word);
    default:
      return [];
  }
}

export const actions = new Set([
  'alias',
  'arrayvar',
  'binding',
  'builtin',
  'command',
  'directory',
  'disabled',
  'enabled',
  'export',
  'file',
  'function',
  'group',
  'helptopic',
  'hostname',
  'job',
  'keyword',
  'running',
  'service',
  'setopt',
  'shopt',
  'signal',
  'stopped',
  'user',
  'variable',
]);

function hostNames(shell: Shell): string[] {
  return parseHosts(readSmallFile(shell.sys, '/etc/hosts')).flatMap(({ address, names }) =>
    // Bash leaves out addresses that begin with a digit, and takes others for names.
    /^\d/.test(address) ? names : [address, ...names],
  );
}
