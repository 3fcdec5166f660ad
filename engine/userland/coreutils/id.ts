/** id and groups: who one is (id(1), groups(1)). */
import type { Blocking } from '../../kernel/sim';
import { Accounts, type UserEntry } from '../lib/users';
import { Fatal, makeTool, type Tool } from './common/tool';

interface Identity {
  uid: number;
  euid: number;
  gid: number;
  egid: number;
  groups: number[];
}

export const id = makeTool({
  name: 'id',
  options: [
    { short: 'a' },
    { short: 'Z', long: 'context' },
    { short: 'g', long: 'group' },
    { short: 'G', long: 'groups' },
    { short: 'n', long: 'name' },
    { short: 'r', long: 'real' },
    { short: 'u', long: 'user' },
    { short: 'z', long: 'zero' },
  ],
  help: `[OPTION]... [USER]...
Print the user and groups of each USER, or of this process.

  -a             (nothing)
  -g, --group    only the effective group
  -G, --groups   only all groups
  -n, --name     names instead of numbers, with -ugG
  -r, --real     the real instead of the effective one, with -ugG
  -u, --user     only the effective user
  -z, --zero     NUL instead of spaces between the entries`,
  *run(tool) {
    checkOptions(tool);
    const accounts = yield* Accounts.load(tool.sys);
    if (tool.operands.length === 0) return yield* show(tool, accounts, own(tool), null);
    for (const name of tool.operands) {
      const user = findUser(accounts, name);
      if (user === null) yield* tool.fail(`${tool.word(name)}: no such user`);
      else yield* show(tool, accounts, identityOf(accounts, user), user);
    }
  },
});

export const groups = makeTool({
  name: 'groups',
  help: '[OPTION]... [USERNAME]...\nPrint the groups each USERNAME is in, or this process.',
  *run(tool) {
    const accounts = yield* Accounts.load(tool.sys);
    if (tool.operands.length === 0) yield* tool.line((yield* groupNames(tool, accounts, own(tool))).join(' '));
    for (const name of tool.operands) {
      const user = accounts.user(name);
      if (user === null) yield* tool.fail(`${tool.word(name)}: no such user`);
      else {
        const names = yield* groupNames(tool, accounts, identityOf(accounts, user));
        yield* tool.line(`${name} : ${names.join(' ')}`);
      }
    }
  },
});

function checkOptions(tool: Tool): void {
  if (tool.has('context')) {
    throw new Fatal('--context (-Z) works only on an SELinux-enabled kernel');
  }
  const chosen = ['user', 'group', 'groups'].filter((name) => tool.has(name));
  if (chosen.length > 1) throw new Fatal('cannot print "only" of more than one choice');
  if (chosen.length === 0 && (tool.has('name') || tool.has('real'))) {
    throw new Fatal('cannot print only names or real IDs in default format');
  }
  if (chosen.length === 0 && tool.has('zero')) throw new Fatal('option --zero not permitted in default format');
}

function findUser(accounts: Accounts, name: string): UserEntry | null {
  const byName = accounts.user(name);
  if (byName !== null || !/^\+?\d+$/.test(name)) return byName;
  return accounts.userById(Number(name));
}

function own(tool: Tool): Identity {
  const { sys } = tool;
  const [gid, egid] = [sys.getgid(), sys.getegid()];
  return {
    uid: sys.getuid(),
    euid: sys.geteuid(),
    gid,
    egid,
    groups: [...new Set([egid, ...sys.getgroups()])],
  };
}

function identityOf(accounts: Accounts, user: UserEntry): Identity {
  const { uid, gid } = user;
  return { uid, euid: uid, gid, egid: gid, groups: accounts.groupsOf(user.name, gid) };
}

function* show(tool: Tool, accounts: Accounts, who: Identity, user: UserEntry | null): Blocking<void> {
  const end = tool.has('zero') ? '\0' : '\n';
  const separator = tool.has('zero') ? '\0' : ' ';
  if (tool.has('user')) {
    const uid = tool.has('real') ? who.uid : who.euid;
    return yield* tool.write((yield* userText(tool, accounts, uid)) + end);
  }
  const gid = tool.has('real') ? who.gid : who.egid;
  if (tool.has('group')) return yield* tool.write((yield* groupText(tool, accounts, gid)) + end);
  if (tool.has('groups')) {
    const list = tool.has('name') ? yield* groupNames(tool, accounts, who) : allGroups(who).map(String);
    // Between several users an empty entry (two NULs).
    const last = tool.has('zero') && user !== null ? '\0\0' : end;
    return yield* tool.write(list.join(separator) + (tool.operands.length > 1 ? last : end));
  }
  yield* tool.write(fullText(accounts, who) + end);
}

function fullText(accounts: Accounts, who: Identity): string {
  const userPart = (label: string, uid: number) => `${label}=${withName(uid, accounts.userById(uid)?.name)}`;
  const groupPart = (label: string, gid: number) => `${label}=${withName(gid, accounts.groupById(gid)?.name)}`;
  const parts = [userPart('uid', who.uid), groupPart('gid', who.gid)];
  if (who.euid !== who.uid) parts.push(userPart('euid', who.euid));
  if (who.egid !== who.gid) parts.push(groupPart('egid', who.egid));
  const groups = who.groups.map((gid) => withName(gid, accounts.groupById(gid)?.name)).join(',');
  return [...parts, `groups=${groups}`].join(' ');
}

function withName(number: number, name: string | undefined): string {
  return name === undefined ? String(number) : `${number}(${name})`;
}

function allGroups({ gid, egid, groups }: Identity): number[] {
  return [...new Set([gid, egid, ...groups])];
}

function* groupNames(tool: Tool, accounts: Accounts, who: Identity): Blocking<string[]> {
  const names: string[] = [];
  for (const gid of allGroups(who)) names.push(yield* groupText(tool, accounts, gid, true));
  return names;
}

function* userText(tool: Tool, accounts: Accounts, uid: number): Blocking<string> {
  if (!tool.has('name')) return String(uid);
  const name = accounts.userById(uid)?.name;
  if (name === undefined) yield* tool.fail(`cannot find name for user ID ${uid}`);
  return name ?? String(uid);
}

function* groupText(tool: Tool, accounts: Accounts, gid: number, isName = tool.has('name')): Blocking<string> {
  if (!isName) return String(gid);
  const name = accounts.groupById(gid)?.name;
  if (name === undefined) yield* tool.fail(`cannot find name for group ID ${gid}`);
  return name ?? String(gid);
}
