/** type, hash, and what `command -v` says. */

import { singleQuote } from '../expand/quote';
import { findProgram, isProgram, programsNamed } from '../interp/lookup';
import { commandBuckets, inHashOrder } from '../state/hash-order';
import { isKeyword } from '../state/keywords';
import type { Shell } from '../state/shell';
import { type Builtin, complain, parseOptions } from './support';

type Kind = 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
interface Meaning {
  kind: Kind;
  path?: string;
  hashed?: boolean;
}

function meanings(
  shell: Shell,
  name: string,
  all: boolean,
  skip: { functions?: boolean; onlyFiles?: boolean },
): Meaning[] {
  const found: Meaning[] = [];
  if (!skip.onlyFiles) {
    if (shell.aliases.has(name) && (shell.options.shopts('expand_aliases') || shell.flavour === 'dash'))
      found.push({ kind: 'alias' });
    if (isKeyword(name)) found.push({ kind: 'keyword' });
    if (!skip.functions && shell.functions.has(name)) found.push({ kind: 'function' });
    if (shell.hooks.isBuiltin(shell, name) && !shell.disabledBuiltins.has(name)) found.push({ kind: 'builtin' });
  }
  if (all || found.length === 0) {
    if (name.includes('/')) {
      if (isProgram(shell.sys, name)) found.push({ kind: 'file', path: name });
    } else if (all) {
      for (const path of programsNamed(shell.sys, name, shell.vars.get('PATH') ?? ''))
        found.push({ kind: 'file', path });
    } else {
      const hashed = shell.hashed.get(name);
      const path = hashed?.path ?? findProgram(shell, name, false);
      if (path !== null && isProgram(shell.sys, path)) found.push({ kind: 'file', path, hashed: hashed !== undefined });
    }
  }
  return all ? found : found.slice(0, 1);
}

/** False when there is no such command. */
export function describeCommand(shell: Shell, name: string, style: 'short' | 'long'): boolean {
  const [meaning] = meanings(shell, name, false, {});
  if (meaning === undefined) return false;
  shell.print(style === 'long' ? longText(shell, name, meaning) : shortText(shell, name, meaning));
  return true;
}

function shortText(shell: Shell, name: string, { kind, path }: Meaning): string {
  if (kind === 'alias') return `alias ${name}=${singleQuote(shell.aliases.get(name) ?? '')}\n`;
  return `${kind === 'file' ? path : name}\n`;
}

function longText(shell: Shell, name: string, { kind, path, hashed }: Meaning): string {
  switch (kind) {
    case 'alias':
      return shell.flavour === 'dash'
        ? `${name} is an alias for ${shell.aliases.get(name)}\n`
        : `${name} is aliased to \`${shell.aliases.get(name)}'\n`;
    case 'keyword':
      return `${name} is a shell keyword\n`;
    case 'function': {
      const definition = shell.functions.get(name);
      if (shell.flavour === 'dash') return `${name} is a shell function\n`;
      return `${name} is a function\n${definition ? `${name} ${shell.hooks.functionText(definition)}\n` : ''}`;
    }
    case 'builtin':
      return `${name} is a shell builtin\n`;
    case 'file':
      return hashed && shell.flavour === 'bash' ? `${name} is hashed (${path})\n` : `${name} is ${path}\n`;
  }
}

export const type: Builtin = (shell, call) => {
  if (shell.flavour === 'dash') return dashType(shell, call.args);
  const given = parseOptions(shell, call, 'aftpP');
  if (given === null) return 2;
  let missing = false;
  for (const name of given.operands) {
    const found = meanings(shell, name, given.has('a'), { functions: given.has('f'), onlyFiles: given.has('P') });
    if (found.length === 0) {
      missing = true;
      if (!given.has('t') && !given.has('p') && !given.has('P')) complain(shell, call, `${name}: not found`);
    }
    for (const meaning of found) {
      if (given.has('t')) shell.print(`${meaning.kind}\n`);
      else if (given.has('p') || given.has('P')) {
        if (meaning.kind === 'file') shell.print(`${meaning.path}\n`);
      } else shell.print(longText(shell, name, meaning));
    }
  }
  return missing ? 1 : 0;
};

function dashType(shell: Shell, names: readonly string[]): number {
  let status = 0;
  for (const name of names) {
    if (describeCommand(shell, name, 'long')) continue;
    shell.print(`${name}: not found\n`);
    status = 127;
  }
  return status;
}

function ordered(shell: Shell): Array<[string, { path: string; hits: number }]> {
  return inHashOrder([...shell.hashed.keys()], commandBuckets).flatMap((name) => {
    const entry = shell.hashed.get(name);
    return entry === undefined ? [] : [[name, entry] satisfies [string, typeof entry]];
  });
}

export const hash: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'dlp:rt');
  if (given === null) return 2;
  const { operands } = given;
  if (given.has('r')) shell.hashed.clear();
  const path = given.value('p');
  if (operands.length === 0) {
    if (given.has('r')) return 0;
    if (shell.hashed.size === 0) {
      if (shell.flavour === 'bash') shell.print('hash: hash table empty\n');
      return 0;
    }
    if (given.has('l'))
      for (const [name, entry] of ordered(shell)) shell.print(`builtin hash -p ${entry.path} ${name}\n`);
    else {
      shell.print('hits\tcommand\n');
      for (const [, { path: where, hits }] of ordered(shell)) shell.print(`${String(hits).padStart(4)}\t${where}\n`);
    }
    return 0;
  }
  let status = 0;
  for (const name of operands) {
    if (path !== null) {
      shell.hashed.set(name, { path, hits: 0 });
      continue;
    }
    if (given.has('d')) {
      if (!shell.hashed.delete(name)) {
        complain(shell, call, `${name}: not found`);
        status = 1;
      }
      continue;
    }
    if (given.has('t')) {
      const entry = shell.hashed.get(name);
      if (entry) shell.print(operands.length > 1 ? `${name}\t${entry.path}\n` : `${entry.path}\n`);
      else {
        complain(shell, call, `${name}: not found`);
        status = 1;
      }
      continue;
    }
    if (shell.hooks.isBuiltin(shell, name) || shell.functions.has(name) || name.includes('/')) continue;
    shell.hashed.delete(name);
    if (findProgram(shell, name) === null) {
      complain(shell, call, `${name}: not found`);
      status = 1;
    } else {
      const entry = shell.hashed.get(name);
      if (entry) entry.hits = 0;
    }
  }
  return status;
};
