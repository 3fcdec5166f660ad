/** /etc/sudoers and the files it includes (sudoers(5)), as far as rules for users, groups and commands go. */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { readFileOrNull } from '../../lib/io';
import type { Accounts, UserEntry } from '../../lib/users';

export interface Rule {
  /** `learner`, `%sudo`, `#1000`, `ALL`. */
  who: string;
  runAsUsers: string[];
  runAsGroups: string[];
  noPassword: boolean;
  /** Paths with their arguments, or `ALL`. */
  commands: string[];
}

export interface Sudoers {
  defaults: string[];
  rules: Rule[];
}

const mostIncludes = 128;

/** Null when it cannot be read. */
export function* readSudoers(sys: Sys): Blocking<Sudoers | null> {
  const sudoers: Sudoers = { defaults: [], rules: [] };
  const found = yield* include(sys, '/etc/sudoers', sudoers, 0);
  return found ? sudoers : null;
}

function* include(sys: Sys, path: string, into: Sudoers, depth: number): Blocking<boolean> {
  if (depth > mostIncludes) return false;
  const text = yield* readFileOrNull(sys, path);
  if (text === null) return false;
  for (const line of text.replaceAll('\\\n', '').split('\n')) {
    const directive = /^\s*[@#](include|includedir)\s+(\S+)/.exec(line);
    if (directive?.[1] === 'include') yield* include(sys, directive[2] ?? '', into, depth + 1);
    else if (directive) {
      const directory = directive[2] ?? '';
      for (const name of namesIn(sys, directory)) yield* include(sys, `${directory}/${name}`, into, depth + 1);
    } else readLine(line.replace(/#(?!\d).*/, '').trim(), into);
  }
  return true;
}

/** Names with a dot or a tilde at the end are left out. */
function namesIn(sys: Sys, directory: string): string[] {
  try {
    const names = sys.readdir(directory).map(({ name }) => name);
    return names.filter((name) => !name.includes('.') && !name.endsWith('~')).sort();
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

function readLine(line: string, into: Sudoers): void {
  if (line === '') return;
  const defaults = /^Defaults\S*\s+(.*)/.exec(line);
  if (defaults) {
    into.defaults.push(...splitList(defaults[1] ?? ''));
    return;
  }
  const rule = /^(\S+)\s+\S+?\s*=\s*(?:\(([^)]*)\))?\s*((?:[A-Z_]+:\s*)*)(.*)$/.exec(line);
  if (!rule) return;
  const [, who = '', runAs = 'root', tags = '', commands = ''] = rule;
  const [users = '', groups = ''] = runAs.split(':').map((part) => part.trim());
  into.rules.push({
    who,
    runAsUsers: splitList(users),
    runAsGroups: splitList(groups),
    noPassword: /\bNOPASSWD:/.test(tags),
    commands: splitList(commands),
  });
}

function splitList(text: string): string[] {
  const items: string[] = [];
  let [item, quoted] = ['', false];
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    if (char === ',' && !quoted) {
      items.push(item);
      item = '';
    } else item += char;
  }
  return [...items, item].map((one) => one.trim()).filter((one) => one !== '');
}

/** The rules that are about somebody; the last that allows counts. */
export function rulesFor({ rules }: Sudoers, user: UserEntry, accounts: Accounts): Rule[] {
  const groups = accounts.groupsOf(user.name, user.gid).map((gid) => accounts.groupName(gid));
  return rules.filter(({ who }) => {
    if (who === 'ALL' || who === user.name || who === `#${user.uid}`) return true;
    return who.startsWith('%') && groups.includes(who.slice(1));
  });
}

export function allows(rule: Rule, runAs: string, command: string, args: readonly string[]): boolean {
  if (!rule.runAsUsers.includes('ALL') && !rule.runAsUsers.includes(runAs)) return false;
  return rule.commands.some((allowed) => {
    if (allowed === 'ALL') return true;
    const [path, ...wanted] = allowed.split(/\s+/);
    if (path !== command && !(path?.endsWith('/') && command.startsWith(path))) return false;
    return wanted.length === 0 || (wanted.join(' ') === '""' ? args.length === 0 : wanted.join(' ') === args.join(' '));
  });
}
