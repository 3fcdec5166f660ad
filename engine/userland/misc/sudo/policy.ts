/** Who may do what by sudo: the part of sudoers(5) that users, groups, NOPASSWD and lists of commands are. */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { readFile } from '../../lib/io';
import { joinPath } from '../../lib/paths';
import type { Accounts, UserEntry } from '../../lib/users';

export interface Rule {
  who: string;
  /** As written: `(ALL : ALL)`. */
  runAs: string;
  withoutPassword: boolean;
  /** `ALL`, or absolute paths. */
  commands: string[];
}

export interface Policy {
  defaults: string[];
  rules: Rule[];
}

export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function* loadPolicy(sys: Sys): Blocking<Policy> {
  const policy: Policy = { defaults: [], rules: [] };
  yield* readInto(sys, '/etc/sudoers', policy);
  return policy;
}

function* readInto(sys: Sys, path: string, policy: Policy): Blocking<void> {
  const text = yield* readFile(sys, path);
  for (const line of text.replaceAll('\\\n', '').split('\n')) {
    const included = /^[@#]includedir\s+(\S+)/.exec(line)?.[1];
    if (included !== undefined) yield* readDirectory(sys, included, policy);
    else addLine(line.replace(/#(?!\d).*/, '').trim(), policy);
  }
}

function* readDirectory(sys: Sys, directory: string, policy: Policy): Blocking<void> {
  try {
    const names = sys
      .readdir(directory)
      .map(({ name }) => name)
      .filter((name) => !name.includes('.') && !name.endsWith('~'));
    for (const name of names.sort()) yield* readInto(sys, joinPath(directory, name), policy);
  } catch (error) {
    if (!isSysError(error, 'ENOENT')) throw error;
  }
}

function addLine(line: string, { defaults, rules }: Policy): void {
  const setting = /^Defaults\s+(.*)/.exec(line)?.[1];
  if (setting !== undefined) {
    defaults.push(...setting.split(',').map((one) => one.trim().replaceAll('"', '')));
    return;
  }
  const [, who = '', runAs = 'root', tags = '', commands = ''] =
    /^(\S+)\s+\S+?\s*=\s*(?:\(([^)]*)\))?\s*((?:[A-Z]+:\s*)*)(.+)$/.exec(line) ?? [];
  if (who === '') return;
  rules.push({
    who,
    runAs: `(${runAs
      .split(':')
      .map((part) => part.trim())
      .join(' : ')})`,
    withoutPassword: tags.includes('NOPASSWD:'),
    commands: commands.split(',').map((one) => one.trim()),
  });
}

/** The last one counts, as in sudoers(5). */
export function rulesFor(policy: Policy, accounts: Accounts, user: UserEntry): Rule[] {
  const groups = accounts.groupsOf(user.name, user.gid).map((gid) => accounts.groupName(gid));
  return policy.rules.filter(
    ({ who }) =>
      who === 'ALL' || who === user.name || who === `#${user.uid}` || groups.some((name) => who === `%${name}`),
  );
}

export function ruleThatAllows(rules: readonly Rule[], path: string): Rule | undefined {
  return rules.findLast(({ commands }) => commands.some((one) => one === 'ALL' || one.split(' ')[0] === path));
}
