/** Users and groups by name and number, from /etc/passwd and /etc/group (passwd(5), group(5)). */
import type { Blocking, Sys } from '../../kernel/sim';
import { readFileOrNull } from './io';

export interface UserEntry {
  name: string;
  uid: number;
  gid: number;
  gecos: string;
  home: string;
  shell: string;
}

export interface GroupEntry {
  name: string;
  gid: number;
  members: string[];
}

export class Accounts {
  readonly #usersById = new Map<number, UserEntry>();
  readonly #groupsById = new Map<number, GroupEntry>();

  constructor(
    readonly users: readonly UserEntry[],
    readonly groups: readonly GroupEntry[],
  ) {
    for (const user of users) if (!this.#usersById.has(user.uid)) this.#usersById.set(user.uid, user);
    for (const group of groups) if (!this.#groupsById.has(group.gid)) this.#groupsById.set(group.gid, group);
  }

  /** A file that cannot be read counts as empty. */
  static *load(sys: Sys): Blocking<Accounts> {
    const users = parseUsers((yield* readFileOrNull(sys, '/etc/passwd')) ?? '');
    const groups = parseGroups((yield* readFileOrNull(sys, '/etc/group')) ?? '');
    return new Accounts(users, groups);
  }

  user(name: string): UserEntry | null {
    return this.users.find((user) => user.name === name) ?? null;
  }
  userById(uid: number): UserEntry | null {
    return this.#usersById.get(uid) ?? null;
  }
  group(name: string): GroupEntry | null {
    return this.groups.find((group) => group.name === name) ?? null;
  }
  groupById(gid: number): GroupEntry | null {
    return this.#groupsById.get(gid) ?? null;
  }

  /** The name, or the number where it has none. */
  userName(uid: number): string {
    return this.userById(uid)?.name ?? String(uid);
  }
  groupName(gid: number): string {
    return this.groupById(gid)?.name ?? String(gid);
  }

  /** getgrouplist(3): the group a user begins with, then those that name it. */
  groupsOf(name: string, gid: number): number[] {
    const named = this.groups.filter(({ members }) => members.includes(name)).map((group) => group.gid);
    return [...new Set([gid, ...named])];
  }
}

export function parseUsers(text: string): UserEntry[] {
  return text.split('\n').flatMap(parseUser);
}

export function parseGroups(text: string): GroupEntry[] {
  return text.split('\n').flatMap(parseGroup);
}

function parseUser(line: string): UserEntry[] {
  const [name = '', , uid = '', gid = '', gecos = '', home = '', shell = ''] = line.split(':');
  if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid) || name === '' || name.startsWith('#')) return [];
  return [{ name, uid: Number(uid), gid: Number(gid), gecos, home, shell }];
}

function parseGroup(line: string): GroupEntry[] {
  const [name = '', , gid = '', members = ''] = line.split(':');
  if (!/^\d+$/.test(gid) || name === '' || name.startsWith('#')) return [];
  return [{ name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') }];
}
