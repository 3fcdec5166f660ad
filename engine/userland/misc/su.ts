/**
 * su(1) of util-linux 2.38 as Debian builds it: another user, in a session of PAM that sets HOME, LOGNAME and so on. Root
 * needs no password; nobody has one here, so others are refused after being asked.
 */
import { type Blocking, isSysError, type Sys } from '../../kernel/sim';
import { LineReader, writeAll } from '../lib/io';
import { signalText } from '../lib/signal-text';
import { Accounts, type UserEntry } from '../lib/users';
import { Fatal, type Frame, guarded, orFail, utilLinux } from '../util-linux/common/frame';
import { readHidden } from './sudo/password';

const rootPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const loginPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';

export const su = utilLinux({
  name: 'su',
  options: [
    { short: 'c', long: 'command', value: 'required' },
    { long: 'session-command', value: 'required' },
    { short: 'f', long: 'fast' },
    { short: 'g', long: 'group', value: 'required' },
    { short: 'G', long: 'supp-group', value: 'required' },
    { short: 'l', long: 'login' },
    { short: 'm', long: 'preserve-environment' },
    { short: 'p', as: 'preserve-environment' },
    { short: 'P', long: 'pty' },
    { short: 's', long: 'shell', value: 'required' },
    { short: 'w', long: 'whitelist-environment', value: 'required' },
  ],
  help: '[options] [-] [<user> [<argument>...]]\n\nChange the effective user ID and group ID to that of <user>.\nA mere - implies -l. If <user> is not given, root is assumed.',
  *run(frame) {
    const { sys, options: given } = frame;
    const operands = [...given.operands];
    const dash = operands[0] === '-';
    if (dash) operands.shift();
    const name = operands.shift() ?? 'root';
    const accounts = yield* Accounts.load(sys);
    const user = accounts.user(name);
    if (!user)
      throw new Fatal(`user ${name} does not exist or the user entry does not contain all the required fields`);
    if (sys.getuid() !== 0) return yield* refuse(sys);
    const login = dash || given.has('login');
    const shell =
      given.value('shell') ?? (given.has('preserve-environment') ? frame.env.SHELL : undefined) ?? user.shell;
    const env = environment(frame, user, shell, login);
    const work = (child: Sys) => become({ ...frame, sys: child }, accounts, user, shell, login, env, operands);
    return yield* waited(sys, (child) => guarded(child, frame.name, () => work(child)));
  },
});

/** Ends as the child did, and says which signal ended it. */
function* waited(sys: Sys, work: (child: Sys) => Blocking<number>): Blocking<number> {
  const pid = orFail('cannot create child process', () => sys.fork(work));
  for (;;) {
    const result = yield* sys.waitpid(pid);
    if (result?.event.kind === 'exited') return result.event.code;
    if (result?.event.kind !== 'killed') continue;
    yield* writeAll(sys, 2, `${signalText(result.event.signal)}\n`);
    return 128 + result.event.signal;
  }
}

/** Debian's PAM asks, and waits before it says no. */
function* refuse(sys: Sys): Blocking<number> {
  yield* writeAll(sys, 2, 'Password: ');
  yield* readHidden(sys, new LineReader(sys, 0), sys.isatty(0));
  yield* sys.nanosleep(1e9);
  throw new Fatal('Authentication failure');
}

function environment(
  { env, options: given }: Frame,
  user: UserEntry,
  shell: string,
  login: boolean,
): Record<string, string> {
  const of = { HOME: user.home, SHELL: shell, USER: user.name, LOGNAME: user.name, MAIL: `/var/mail/${user.name}` };
  if (login) {
    const { TERM, LANG = 'C.UTF-8' } = env;
    const kept = Object.fromEntries(
      (given.value('whitelist-environment') ?? '').split(',').map((key) => [key, env[key] ?? '']),
    );
    delete kept[''];
    const path = user.uid === 0 ? rootPath : `${loginPath}:/usr/local/sbin:/usr/sbin:/sbin`;
    return { ...kept, ...(TERM === undefined ? {} : { TERM }), ...of, PATH: path, LANG };
  }
  if (given.has('preserve-environment')) return { ...env, MAIL: of.MAIL };
  const { HOME, SHELL, MAIL, ...rest } = of;
  // A shell of root's keeps the names of whoever called: su(1), "if the target user is not root".
  const names = user.uid === 0 ? { USER: env.USER ?? rest.USER, LOGNAME: env.LOGNAME ?? rest.LOGNAME } : rest;
  return { ...env, HOME, SHELL, MAIL, ...names };
}

function* become(
  frame: Frame,
  accounts: Accounts,
  user: UserEntry,
  shell: string,
  login: boolean,
  env: Record<string, string>,
  args: readonly string[],
): Blocking<number> {
  const { sys, options: given } = frame;
  // A command of somebody else's must not reach the terminal of the caller.
  if (given.has('command') && user.uid !== 0) sys.setsid();
  const { gid, groups } = groupsOf(frame, accounts, user);
  orFail('cannot set groups', () => sys.setgroups(groups));
  orFail('cannot set group id', () => sys.setresgid(gid, gid, gid));
  orFail('cannot set user id', () => sys.setresuid(user.uid, user.uid, user.uid));
  if (login) yield* goHome(sys, user);
  const base = shell.split('/').at(-1) ?? shell;
  const command = given.value('command') ?? given.value('session-command');
  const argv = [login ? `-${base}` : base, ...(command === null ? [] : ['-c', command]), ...args];
  const list = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  try {
    return yield* sys.execve(shell, argv, list);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return orFail(
      `failed to execute ${shell}`,
      () => {
        throw error;
      },
      error.errno === 'ENOENT' ? 127 : 126,
    );
  }
}

/** `-g` and `-G`: only root may choose, and only root gets here. */
function groupsOf({ options: given }: Frame, accounts: Accounts, user: UserEntry): { gid: number; groups: number[] } {
  const numberOf = (name: string) => {
    const found = accounts.group(name)?.gid;
    if (found === undefined) throw new Fatal(`group ${name} does not exist`);
    return found;
  };
  const [own, more] = [given.value('group'), given.values('supp-group').map(numberOf)];
  const gid = own === null ? (more[0] ?? user.gid) : numberOf(own);
  return {
    gid,
    groups: own === null && more.length === 0 ? accounts.groupsOf(user.name, gid) : [...new Set([gid, ...more])],
  };
}

function* goHome(sys: Sys, { home }: UserEntry): Blocking<void> {
  try {
    sys.chdir(home);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `su: warning: cannot change directory to ${home}: No such file or directory\n`);
  }
}
