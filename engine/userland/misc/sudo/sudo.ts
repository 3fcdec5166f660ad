/** sudo 1.9.13: runs a program as somebody else, as /etc/sudoers allows it. */
import { type Blocking, isSysError, type Program, type Sys, strerror } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { readFile, writeAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { Accounts, type GroupEntry, type UserEntry } from '../../lib/users';
import { authenticate } from './authenticate';
import type { Variables } from './environment';
import { execute, find } from './execute';
import { listRules } from './list';
import { parseArguments, type SudoArguments } from './options';
import { Refusal, type Session, say } from './session';
import { type Rule, readSudoers, rulesFor } from './sudoers';
import { editUsage, help, usage } from './usage';

export const sudo: Program = function* (sys, argv, env) {
  const name = argv[0]?.split('/').at(-1) ?? 'sudo';
  try {
    return yield* run(sys, name, parseArguments(argv.slice(1)), env);
  } catch (error) {
    if (error instanceof UsageError) return yield* misuse(sys, `${name}: ${error.message}\n`);
    if (!(error instanceof Refusal)) throw error;
    if (error.message !== '') yield* writeAll(sys, 2, error.message.replace(/^(?=.)/gm, 'sudo: ').concat('\n'));
    return 1;
  }
};

function* misuse(sys: Sys, text = ''): Blocking<number> {
  yield* writeAll(sys, 2, text + usage);
  return 1;
}

function* run(sys: Sys, name: string, args: SudoArguments, env: Readonly<Variables>): Blocking<number> {
  const { options, command } = args;
  if (options.has('help') || (options.has('h') && command.length === 0)) return yield* say(sys, help);
  if (options.has('version')) {
    return yield* say(
      sys,
      'Sudo version 1.9.13p3\nSudoers policy plugin version 1.9.13p3\nSudoers file grammar version 50\n',
    );
  }
  if (name === 'sudoedit' && command.length === 0) {
    yield* writeAll(sys, 2, editUsage);
    return 1;
  }
  if (options.has('h') || options.has('host')) {
    throw new Refusal('a remote host may only be specified when listing privileges.');
  }
  yield* checkModes(sys, args);
  yield* mustBeRoot(sys);
  mustSwitchUsers(sys);
  const accounts = yield* Accounts.load(sys);
  const sudoers = yield* readSudoers(sys);
  if (!sudoers) throw new Refusal(noSources);
  const uid = sys.getuid();
  const invoker = accounts.userById(uid);
  if (!invoker) throw new Refusal(`you do not exist in the passwd database`);
  const session: Session = { sys, args, env, accounts, sudoers, invoker };
  if (options.has('edit') || name === 'sudoedit') {
    throw new Refusal(`${command[0] ?? ''}: editing files in a writable directory is not permitted`);
  }
  return yield* perform(session);
}

const modes = ['edit', 'login', 'remove-timestamp', 'list', 'shell', 'validate'];

function* checkModes(sys: Sys, { options, command }: SudoArguments): Blocking<void> {
  const given = modes.filter((mode) => options.has(mode));
  if (given.includes('login') && given.includes('shell')) {
    yield* misuse(sys, 'sudo: you may not specify both the -i and -s options\n');
    throw new Refusal('');
  }
  if (given.length > 1) {
    yield* misuse(sys, 'sudo: Only one of the -e, -h, -i, -K, -l, -s, -v or -V options may be specified\n');
    throw new Refusal('');
  }
  const needsNothing = given.length > 0 || options.has('reset-timestamp');
  const isWrong = (command.length === 0 && !needsNothing) || options.value('user') === '';
  if (!isWrong && !(options.has('remove-timestamp') && command.length > 0)) return;
  yield* misuse(sys);
  throw new Refusal('');
}

function* mustBeRoot(sys: Sys): Blocking<void> {
  const owner = ownerOf(sys, '/etc/sudo.conf');
  if (owner !== null && owner !== 0)
    yield* writeAll(sys, 2, `sudo: /etc/sudo.conf is owned by uid ${owner}, should be 0\n`);
  if (sys.geteuid() === 0) return;
  if (/^NoNewPrivs:\s*1/m.test(yield* readFile(sys, '/proc/self/status'))) {
    throw new Refusal(
      'The "no new privileges" flag is set, which prevents sudo from running as root.\nIf sudo is running in a container, you may need to adjust the container configuration to disable the flag.',
    );
  }
  throw new Refusal('/usr/bin/sudo must be owned by uid 0 and have the setuid bit set');
}

function ownerOf(sys: Sys, path: string): number | null {
  return orNull(() => sys.stat(path).uid);
}

const noSources = 'no valid sudoers sources found, quitting\nerror initializing audit plugin sudoers_audit';

/** The policy is read as another user for a moment: in a user namespace there may be no other. */
function mustSwitchUsers(sys: Sys): void {
  try {
    sys.setresuid(-1, 1, -1);
    sys.setresuid(-1, 0, -1);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Refusal(`PERM_SUDOERS: setresuid(-1, 1, -1): ${strerror(error.errno)}\n${noSources}`);
  }
}

function* perform(session: Session): Blocking<number> {
  const { args, accounts, sudoers } = session;
  const { options, command } = args;
  const target = targetUser(session);
  const group = targetGroup(session);
  if (options.has('remove-timestamp')) return 0;
  const other = options.value('other-user');
  const about = other === null ? session.invoker : (accounts.user(other) ?? unknownUser(other));
  const rules = rulesFor(sudoers, about, accounts);
  if (options.has('list')) {
    yield* authenticate(session, rulesFor(sudoers, session.invoker, accounts));
    return yield* list(session, about, rules);
  }
  if (options.has('validate')) {
    yield* authenticate(session, rules);
    return 0;
  }
  const isShell = options.has('login') || options.has('shell');
  if (command.length === 0 && !isShell) return 0;
  for (const [option, letter] of [
    ['chdir', 'D'],
    ['chroot', 'R'],
  ] as const) {
    if (!options.has(option)) continue;
    throw new Refusal(
      `you are not permitted to use the -${letter} option with ${find(session, command[0] ?? '') ?? command[0]}`,
    );
  }
  if (options.has('command-timeout')) throw new Refusal('sorry, you are not allowed set a command timeout');
  return yield* execute(session, rules, target, group);
}

function targetUser({ args, accounts, invoker }: Session): UserEntry {
  const name = args.options.value('user');
  if (name === null) return args.options.has('group') ? invoker : (accounts.userById(0) ?? unknownUser('root'));
  const number = /^#(\d+)$/.exec(name)?.[1];
  if (number === undefined) return accounts.user(name) ?? unknownUser(name);
  const uid = Number(number);
  return accounts.userById(uid) ?? { name, uid, gid: uid, gecos: '', home: '/', shell: '/bin/sh' };
}

function unknownUser(name: string): never {
  throw new Refusal(`unknown user ${name}\nerror initializing audit plugin sudoers_audit`);
}

function targetGroup({ args, accounts }: Session): GroupEntry | null {
  const name = args.options.value('group');
  if (name === null) return null;
  const number = /^#(\d+)$/.exec(name)?.[1];
  const found = number === undefined ? accounts.group(name) : { name, gid: Number(number), members: [] };
  if (!found) throw new Refusal(`unknown group ${name}\nerror initializing audit plugin sudoers_audit`);
  return found;
}

function* list(session: Session, about: UserEntry, rules: readonly Rule[]): Blocking<number> {
  const { sys, args, sudoers } = session;
  const [program, ...rest] = args.command;
  if (program !== undefined) {
    const path = find(session, program);
    if (path === null) throw new Refusal(`${program}: command not found`);
    const shown = program.includes('/') ? program : path;
    return yield* say(sys, `${[shown, ...rest].join(' ')}\n`);
  }
  const isLong = args.options.given.filter(({ name }) => name === 'list').length > 1;
  return yield* say(sys, listRules(sudoers, rules, about, sys.uname().nodename, isLong));
}
