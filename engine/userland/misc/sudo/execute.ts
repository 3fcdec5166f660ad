/** Runs the program: as whom, with which environment, found where. */

import { type Blocking, isSysError, type Sys, X_OK } from '../../../kernel/sim';
import { readFileOrNull } from '../../lib/io';
import { isRegular } from '../../lib/stat';
import type { GroupEntry, UserEntry } from '../../lib/users';
import { authenticate } from './authenticate';
import { commandEnvironment, securePath } from './environment';
import { runCommand } from './run';
import { Refusal, type Session } from './session';
import { allows, type Rule } from './sudoers';

export function* execute(
  session: Session,
  rules: readonly Rule[],
  target: UserEntry,
  group: GroupEntry | null,
): Blocking<number> {
  const { sys, args, env, accounts, invoker } = session;
  const { options, command } = args;
  const isLogin = options.has('login');
  const isShell = isLogin || options.has('shell');
  const shell = isLogin ? target.shell : (env.SHELL ?? invoker.shell);
  const argv = isShell ? shellCommand(shell, command) : command;
  const [program = ''] = argv;
  const path = find(session, program);
  if (path === null) throw new Refusal(notFound(program));
  const allowed = rules.filter((rule) => allows(rule, target.name, path, argv.slice(1)));
  yield* authenticate(session, allowed.length > 0 ? allowed : []);
  if (allowed.length === 0) {
    const as = target.name;
    const host = sys.uname().nodename;
    throw new Refusal(
      `Sorry, user ${invoker.name} is not allowed to execute '${[path, ...argv.slice(1)].join(' ')}' as ${as} on ${host}.`,
    );
  }
  const own = options.has('preserve-env') ? (options.value('preserve-env')?.split(',') ?? 'all') : 'none';
  const variables = commandEnvironment(env, {
    target,
    invoker,
    command: [path, ...plain(isShell, command, argv)].join(' '),
    preserve: own,
    given: args.variables,
    setHome: options.has('set-home'),
    isLogin,
    language: yield* systemLanguage(sys),
  });
  const gid = group?.gid ?? target.gid;
  const groups = options.has('preserve-groups') ? sys.getgroups() : accounts.groupsOf(target.name, gid);
  return yield* runCommand(sys, {
    path,
    argv: isLogin ? [`-${program.split('/').at(-1)}`, ...argv.slice(1)] : argv,
    env: variables,
    uid: target.uid,
    gid,
    groups: group ? [...new Set([gid, target.gid, ...groups])] : groups,
    background: options.has('background'),
    directory: isLogin ? target.home : null,
  });
}

/** What SUDO_COMMAND says of the arguments: as they were typed. */
function plain(isShell: boolean, command: readonly string[], argv: readonly string[]): string[] {
  if (!isShell) return argv.slice(1);
  return command.length === 0 ? [] : ['-c', command.join(' ')];
}

/** All but letters, digits, `_`, `-` and `$` are quoted. */
function shellCommand(shell: string, command: readonly string[]): string[] {
  if (command.length === 0) return [shell];
  return [shell, '-c', command.map((word) => word.replace(/[^\w$-]/g, '\\$&')).join(' ')];
}

function notFound(program: string): string {
  if (program !== 'cd') return `${program}: command not found`;
  return [
    'cd: command not found',
    '"cd" is a shell built-in command, it cannot be run directly.',
    'the -s option may be used to run a privileged shell.',
    'the -D option may be used to run a command in a specific directory.',
  ].join('\n');
}

/** The file a command stands for; null when there is none that can be run. */
export function find({ sys }: Session, program: string): string | null {
  if (program === '') return null;
  const candidates = program.includes('/')
    ? [program]
    : securePath.split(':').map((directory) => `${directory}/${program}`);
  for (const path of candidates) {
    try {
      if (!isRegular(sys.stat(path))) continue;
      sys.access(path, X_OK, { effective: true });
      return path;
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return null;
}

/** `LANG` of /etc/default/locale, as pam_env sets it. */
function* systemLanguage(sys: Sys): Blocking<string | null> {
  const text = (yield* readFileOrNull(sys, '/etc/default/locale')) ?? '';
  return /^LANG=(\S+)/m.exec(text)?.[1] ?? null;
}
