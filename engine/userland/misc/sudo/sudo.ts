/** sudo(8) 1.9: runs a program as another user, where sudoers(5) allows it. */
import { type Blocking, isSysError, type Program, type Sys, strerror } from '../../../kernel/sim';
import { environmentList } from '../../lib/exec';
import { LineReader, writeAll } from '../../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { Accounts, type UserEntry } from '../../lib/users';
import { inChild } from '../../util-linux/common/run';
import { defaultPath, loadPolicy, type Policy, rulesFor, ruleThatAllows } from './policy';

const usage = `usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user]
            [command [arg ...]]
usage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g
            group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user]
            [VAR=value] [-i | -s] [command [arg ...]]
usage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g group]
            [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...
`;

const options: OptionSpec[] = [
  { short: 'b', long: 'background' },
  { short: 'E', long: 'preserve-env', value: 'optional' },
  { short: 'g', long: 'group', value: 'required' },
  { short: 'H', long: 'set-home' },
  { long: 'help' },
  { short: 'i', long: 'login' },
  { short: 'k', long: 'reset-timestamp' },
  { short: 'K', long: 'remove-timestamp' },
  { short: 'l', long: 'list' },
  { short: 'n', long: 'non-interactive' },
  { short: 'p', long: 'prompt', value: 'required' },
  { short: 'P', long: 'preserve-groups' },
  { short: 'S', long: 'stdin' },
  { short: 's', long: 'shell' },
  { short: 'u', long: 'user', value: 'required' },
  { short: 'v', long: 'validate' },
  { short: 'V', long: 'version' },
];

interface Request {
  sys: Sys;
  options: ParsedOptions;
  env: Readonly<Record<string, string>>;
  accounts: Accounts;
  caller: UserEntry;
  target: UserEntry;
  group: number | null;
}

class Refused extends Error {}

export const sudo: Program = function* (sys, argv, env) {
  try {
    const parsed = parseOptions(argv.slice(1), options, { stopAtOperand: true });
    if (parsed.has('help')) return yield* say(sys, 1, `sudo - execute a command as another user\n\n${usage}`, 0);
    if (parsed.has('version')) return yield* say(sys, 1, 'Sudo version 1.9.13p3\n', 0);
    const request = yield* prepare(sys, parsed, env);
    const policy = yield* loadPolicy(sys);
    if (parsed.has('list')) return yield* list(request, policy);
    const alone = parsed.operands.length === 0 && !parsed.has('login') && !parsed.has('shell');
    if (parsed.has('validate')) return 0;
    if (alone && (parsed.has('reset-timestamp') || parsed.has('remove-timestamp'))) return 0;
    if (alone) return yield* say(sys, 2, usage, 1);
    return yield* run(request, policy);
  } catch (error) {
    if (error instanceof UsageError) return yield* say(sys, 2, `sudo: ${error.message}\n${usage}`, 1);
    if (error instanceof Refused) return yield* say(sys, 2, `${error.message}\n`, 1);
    throw error;
  }
};

function* prepare(sys: Sys, parsed: ParsedOptions, env: Request['env']): Blocking<Request> {
  if (sys.geteuid() !== 0) throw new Refused('sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set');
  const accounts = yield* Accounts.load(sys);
  const caller = accounts.userById(sys.getuid());
  if (!caller) throw new Refused(`sudo: you do not exist in the passwd database`);
  const name = parsed.value('user') ?? (parsed.has('group') ? caller.name : 'root');
  const target = name.startsWith('#') ? accounts.userById(Number(name.slice(1))) : accounts.user(name);
  if (!target) throw new Refused(`sudo: unknown user ${name}\nsudo: error initializing audit plugin sudoers_audit`);
  const groupName = parsed.value('group');
  const group = groupName === null ? null : accounts.group(groupName);
  if (groupName !== null && !group)
    throw new Refused(`sudo: unknown group ${groupName}\nsudo: error initializing audit plugin sudoers_audit`);
  return { sys, options: parsed, env, accounts, caller, target, group: group?.gid ?? null };
}

function* list({ sys, accounts, caller }: Request, policy: Policy): Blocking<number> {
  const { nodename } = sys.uname();
  const rules = rulesFor(policy, accounts, caller);
  if (rules.length === 0)
    return yield* say(sys, 1, `User ${caller.name} is not allowed to run sudo on ${nodename}.\n`, 1);
  const defaults = policy.defaults.map((one) =>
    one.replace(/=(.*)/, (_, value: string) => `=${value.replaceAll(':', '\\:')}`),
  );
  yield* writeAll(
    sys,
    1,
    `Matching Defaults entries for ${caller.name} on ${nodename}:\n    ${defaults.join(', ')}\n\n`,
  );
  const lines = rules.map(
    ({ runAs, withoutPassword, commands }) =>
      `    ${runAs} ${withoutPassword ? 'NOPASSWD: ' : ''}${commands.join(', ')}\n`,
  );
  return yield* say(sys, 1, `User ${caller.name} may run the following commands on ${nodename}:\n${lines.join('')}`, 0);
}

function* run(request: Request, policy: Policy): Blocking<number> {
  const { sys, options: given, target, caller, accounts } = request;
  const { variables, words } = splitOperands(given.operands);
  const asLogin = given.has('login');
  const viaShell = asLogin || given.has('shell');
  const shell = asLogin ? target.shell : (request.env.SHELL ?? target.shell);
  const line = words.map((word) => word.replaceAll(/[^\w/$-]/g, '\\$&')).join(' ');
  const base = shell.slice(shell.lastIndexOf('/') + 1);
  const argv = viaShell ? [asLogin ? `-${base}` : shell, ...(words.length > 0 ? ['-c', line] : [])] : words;
  const path = viaShell ? shell : find(sys, words[0] ?? '');
  const rule = ruleThatAllows(rulesFor(policy, accounts, caller), path ?? '');
  if (!rule) yield* forbid(request, path ?? words[0] ?? '');
  if (path === null) throw new Refused(`sudo: ${words[0]}: command not found`);
  if (!rule?.withoutPassword && caller.uid !== 0) yield* askPassword(request);
  const command = [viaShell ? shell : path, ...(viaShell ? argv.slice(1) : words.slice(1))].join(' ');
  const env = { ...environment(request, policy, command), ...variables };
  if (viaShell && !asLogin) env.SHELL = shell;
  const task = (child: Sys) => become({ ...request, sys: child }, path, argv, env);
  if (!given.has('background')) return yield* inChild(sys, task);
  sys.fork(task);
  return 0;
}

function splitOperands(operands: readonly string[]): { variables: Record<string, string>; words: string[] } {
  const first = operands.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const split = first < 0 ? operands.length : first;
  const pairs = operands
    .slice(0, split)
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  return { variables: Object.fromEntries(pairs), words: operands.slice(split) };
}

function find(sys: Sys, name: string): string | null {
  const candidates = name.includes('/') ? [name] : defaultPath.split(':').map((directory) => `${directory}/${name}`);
  return candidates.find((path) => isExecutable(sys, path)) ?? null;
}

function isExecutable(sys: Sys, path: string): boolean {
  try {
    return (sys.stat(path).mode & 0o170111) > 0o100000;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

function* forbid({ sys, caller, target }: Request, command: string): Blocking<never> {
  yield* sys.checkpoint();
  const { nodename } = sys.uname();
  throw new Refused(
    `Sorry, user ${caller.name} is not allowed to execute '${command}' as ${target.name} on ${nodename}.`,
  );
}

/** Nobody has a password here: whatever is typed is wrong. */
function* askPassword({ sys, options: given, caller }: Request): Blocking<never> {
  if (given.has('non-interactive')) throw new Refused('sudo: a password is required');
  if (!sys.isatty(0) && !given.has('stdin')) {
    throw new Refused(
      'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required',
    );
  }
  const lines = new LineReader(sys, 0);
  const attempts = 3;
  for (let attempt = 0; attempt < attempts; attempt++) {
    yield* writeAll(sys, 2, given.value('prompt') ?? `[sudo] password for ${caller.name}: `);
    if ((yield* lines.next()) === null)
      throw new Refused('\nsudo: no password was provided\nsudo: a password is required');
    if (attempt < attempts - 1) yield* writeAll(sys, 2, 'Sorry, try again.\n');
  }
  throw new Refused(`sudo: ${attempts} incorrect password attempts`);
}

/** sudoers(5), env_reset: little of the caller's is left. */
function environment(
  { options: given, env, caller, target }: Request,
  policy: Policy,
  command: string,
): Record<string, string> {
  const { TERM = 'unknown', LANG, DISPLAY } = env;
  const named = (given.value('preserve-env') ?? '').split(',').filter((name) => name !== '');
  const kept =
    given.has('preserve-env') && named.length === 0
      ? { ...env }
      : Object.fromEntries(named.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const securePath = policy.defaults.find((one) => one.startsWith('secure_path='))?.slice('secure_path='.length);
  return {
    ...(LANG === undefined ? {} : { LANG }),
    ...(DISPLAY === undefined ? {} : { DISPLAY }),
    TERM,
    ...kept,
    PATH: securePath ?? defaultPath,
    HOME: target.home,
    SHELL: target.shell,
    MAIL: `/var/mail/${target.name}`,
    LOGNAME: target.name,
    USER: target.name,
    SUDO_COMMAND: command,
    SUDO_USER: caller.name,
    SUDO_UID: String(caller.uid),
    SUDO_GID: String(caller.gid),
  };
}

function* become(
  { sys, accounts, target, group, options: given }: Request,
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Blocking<number> {
  const gid = group ?? target.gid;
  if (!given.has('preserve-groups')) sys.setgroups(accounts.groupsOf(target.name, gid));
  sys.setresgid(gid, gid, gid);
  sys.setresuid(target.uid, target.uid, target.uid);
  try {
    if (given.has('login')) sys.chdir(target.home);
    return yield* sys.execve(path, argv, environmentList(env));
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* say(sys, 2, `sudo: unable to execute ${path}: ${strerror(error.errno)}\n`, 1);
  }
}

function* say(sys: Sys, fd: number, text: string, status: number): Blocking<number> {
  yield* writeAll(sys, fd, text);
  return status;
}
