/** runuser(1), login(1), nologin(8), mesg(1), last(1), script(1): sessions, of which a Machine keeps no record. */
import { type Blocking, isSysError, type Program, S_IFMT, type Sys, strerror } from '../../kernel/sim';
import { environmentList, execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { Accounts, type UserEntry } from '../lib/users';
import { Fatal, type Frame, guarded, orFail, utilLinux } from './common/frame';
import { inChild } from './common/run';

export const nologin: Program = function* (sys) {
  yield* writeAll(sys, 1, 'This account is currently not available.\n');
  return 1;
};

export const runuser = utilLinux({
  name: 'runuser',
  options: [
    { long: 'user', short: 'u', value: 'required' },
    { long: 'command', short: 'c', value: 'required' },
    { long: 'session-command', value: 'required' },
    { long: 'fast', short: 'f' },
    { long: 'group', short: 'g', value: 'required' },
    { long: 'supp-group', short: 'G', value: 'required' },
    { long: 'login', short: 'l' },
    { long: 'preserve-environment', short: 'm' },
    { short: 'p', as: 'preserve-environment' },
    { long: 'pty', short: 'P' },
    { long: 'shell', short: 's', value: 'required' },
    { long: 'whitelist-environment', short: 'w', value: 'required' },
  ],
  help: '[options] -u <user> [[--] <command>]\n runuser [options] [-] [<user> [<argument>...]]\n\nRun a command with the effective user ID and group ID of <user>.',
  *run(frame) {
    const { sys, options: given } = frame;
    if (sys.getuid() !== 0) throw new Fatal('may not be used by non-root users');
    const operands = [...given.operands];
    const named = given.value('user');
    const dash = named === null && operands[0] === '-';
    if (dash) operands.shift();
    const name = named ?? operands.shift() ?? 'root';
    const accounts = yield* Accounts.load(sys);
    const user = accounts.user(name);
    if (!user)
      throw new Fatal(`user ${name} does not exist or the user entry does not contain all the required fields`);
    if (named !== null && operands.length === 0) throw new Fatal('no command was specified');
    const request: Request = {
      user,
      isLogin: dash || given.has('login'),
      command: given.value('command') ?? given.value('session-command'),
      argv: named === null ? null : operands,
      shellArgs: named === null ? operands : [],
      newSession: given.has('command') && user.uid !== 0,
    };
    const work = (child: Sys) => become({ ...frame, sys: child }, accounts, request);
    return yield* inChild(sys, (child) => guarded(child, frame.name, () => work(child)));
  },
});

interface Request {
  user: UserEntry;
  isLogin: boolean;
  command: string | null;
  /** What is run instead of a shell. */
  argv: readonly string[] | null;
  shellArgs: readonly string[];
  newSession: boolean;
}

function* become(frame: Frame, accounts: Accounts, request: Request): Blocking<number> {
  const { sys, options: given } = frame;
  const { user, isLogin, command, argv } = request;
  if (request.newSession) sys.setsid();
  const group = given.value('group');
  const gid = group === null ? user.gid : (accounts.group(group)?.gid ?? unknownGroup(group));
  const groups = group === null ? accounts.groupsOf(user.name, gid) : [gid];
  orFail('cannot set groups', () => sys.setgroups(groups));
  orFail('cannot set group id', () => sys.setresgid(gid, gid, gid));
  orFail('cannot set user id', () => sys.setresuid(user.uid, user.uid, user.uid));
  if (isLogin) enter(sys, user.home);
  const shell = given.value('shell') ?? user.shell;
  const env =
    argv || given.has('preserve-environment') ? { ...frame.env } : environment(frame.env, user, shell, isLogin);
  if (argv) Object.assign(env, { HOME: user.home, SHELL: user.shell, USER: user.name, LOGNAME: user.name });
  const base = shell.slice(shell.lastIndexOf('/') + 1);
  const words = argv ?? [
    isLogin ? `-${base}` : base,
    ...(command === null ? [] : ['-c', command]),
    ...request.shellArgs,
  ];
  if (argv) {
    const errno = yield* execByName(sys, words, env);
    yield* writeAll(sys, 2, `runuser: failed to execute ${words[0]}: ${strerror(errno)}\n`);
    return 1;
  }
  return yield* sys.execve(shell, words, environmentList(env));
}

function unknownGroup(name: string): never {
  throw new Fatal(`group ${name} does not exist`);
}

function enter(sys: Sys, home: string): void {
  try {
    sys.chdir(home);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function environment(
  env: Readonly<Record<string, string>>,
  user: UserEntry,
  shell: string,
  isLogin: boolean,
): Record<string, string> {
  const own = { HOME: user.home, SHELL: shell, USER: user.name, LOGNAME: user.name };
  if (!isLogin) return { ...env, ...own };
  const path =
    user.uid === 0
      ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
      : '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';
  return { ...(env.TERM === undefined ? {} : { TERM: env.TERM }), ...own, PATH: path };
}

/** There is nobody to let in: a Machine's terminals open with a shell. */
export const login: Program = function* (sys, argv) {
  if (argv.length > 1 && argv[1]?.startsWith('-') === true) {
    yield* writeAll(sys, 2, 'Usage: login [-p] [name]\n       login [-p] [-h host] [-f name]\n');
  }
  return 1;
};

const groupWrite = 0o020;

export const mesg = utilLinux({
  name: 'mesg',
  options: [{ long: 'verbose', short: 'v' }],
  help: '[options] [y | n]\n\nControl write access of other users to your terminal.',
  *run({ sys, options: given, out }) {
    if (!sys.isatty(0) && !sys.isatty(1) && !sys.isatty(2)) return 2;
    const path = sys.ttyname([0, 1, 2].find((fd) => sys.isatty(fd)) ?? 0);
    const { mode } = sys.stat(path);
    const [wish] = given.operands;
    const isOn = (mode & groupWrite) !== 0;
    if (wish === undefined) {
      yield* out.line(`is ${isOn ? 'y' : 'n'}`);
      return isOn ? 0 : 1;
    }
    if (wish !== 'y' && wish !== 'n') throw new Fatal(`invalid argument: ${wish}`, 2);
    sys.chmod(path, (wish === 'y' ? mode | groupWrite : mode & ~groupWrite) & 0o7777 & ~S_IFMT);
    return wish === 'y' ? 0 : 1;
  },
});

export const last = utilLinux({
  name: 'last',
  options: [
    { long: 'file', short: 'f', value: 'required' },
    { long: 'limit', short: 'n', value: 'required' },
  ],
  help: '[options] [<username>...] [<tty>...]\n\nShow a listing of last logged in users.',
  // biome-ignore lint/correctness/useYield: there is nothing to be said.
  *run({ options: given }) {
    throw new Fatal(`cannot open ${given.value('file') ?? '/var/log/wtmp'}: No such file or directory`);
  },
});

/** A terminal of its own between the learner and the shell would only be in the way: the lab records its terminals itself. */
export const script = utilLinux({
  name: 'script',
  options: [
    { long: 'append', short: 'a' },
    { long: 'command', short: 'c', value: 'required' },
    { long: 'return', short: 'e' },
    { long: 'flush', short: 'f' },
    { long: 'quiet', short: 'q' },
    { long: 'timing', short: 't', value: 'optional' },
  ],
  help: '[options] [file]\n\nMake a typescript of a terminal session.',
  // biome-ignore lint/correctness/useYield: there is nothing to wait for.
  *run() {
    throw new Fatal('failed to create pseudo-terminal: Operation not permitted');
  },
});
