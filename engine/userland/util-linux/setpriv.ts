/** setpriv(1): runs a program with other users, groups and capabilities. */
import { capabilityNames, isSysError, type Sys } from '../../kernel/sim';
import { parseNumber } from '../lib/numbers';
import { Accounts } from '../lib/users';
import { execOrFail, Fatal, type Frame, orFail, utilLinux } from './common/frame';
import { dump, signalOrFail } from './setpriv-dump';

const options = [
  'ruid',
  'euid',
  'rgid',
  'egid',
  'reuid',
  'regid',
  'groups',
  'inh-caps',
  'ambient-caps',
  'bounding-set',
  'securebits',
  'pdeathsig',
  'selinux-label',
  'apparmor-profile',
];

const capabilityNumbers = new Map<string, number>(capabilityNames.map((name, number) => [name, number]));

export const setpriv = utilLinux({
  name: 'setpriv',
  options: [
    { long: 'dump', short: 'd' },
    { long: 'no-new-privs', as: 'nnp' },
    { long: 'nnp' },
    { long: 'clear-groups' },
    { long: 'keep-groups' },
    { long: 'init-groups' },
    { long: 'reset-env' },
    { long: 'list-caps' },
    ...options.map((long) => ({ long, value: 'required' as const })),
  ],
  stopAtOperand: true,
  help: '[options] <program> [<argument>...]\n\nRun a program with different privilege settings.',
  *run(frame) {
    const { sys, options: given, out } = frame;
    if (given.has('list-caps')) {
      for (const name of capabilityNames) yield* out.line(name);
      return 0;
    }
    if (given.has('dump')) return yield* dump(frame);
    for (const name of ['securebits', 'selinux-label', 'apparmor-profile']) {
      if (given.has(name)) throw new Fatal(`--${name} is not known to this kernel`);
    }
    if (given.operands.length === 0) throw new Fatal('No program specified');
    const accounts = yield* Accounts.load(sys);
    const users = readUsers(frame, accounts);
    checkGroups(frame, users.gid !== null);
    if (given.has('nnp')) sys.setNoNewPrivs();
    if (users.uid !== null) {
      // Capabilities are needed for what follows; execve(2) takes them.
      sys.setKeepCaps(true);
      orFail('setresuid failed', () => sys.setresuid(users.ruid ?? -1, users.euid ?? -1, users.euid ?? -1));
      const held = sys.capget();
      sys.capset({ ...held, effective: held.permitted });
    }
    if (users.gid !== null)
      orFail('setresgid failed', () => sys.setresgid(users.rgid ?? -1, users.egid ?? -1, users.egid ?? -1));
    setGroups(frame, accounts, users.name);
    changeCapabilities(frame);
    const death = given.value('pdeathsig');
    if (death !== null && death !== 'keep') sys.setParentDeathSignal(signalOrFail(death));
    return yield* execOrFail(
      frame,
      given.operands,
      given.has('reset-env') ? freshEnvironment(frame, accounts) : frame.env,
    );
  },
});

/** As after a login: what the user's shell begins with. */
function freshEnvironment({ sys, env }: Frame, accounts: Accounts): Record<string, string> {
  const user = accounts.userById(sys.getuid());
  if (!user) throw new Fatal(`uid ${sys.getuid()} does not exist`);
  const isRoot = user.uid === 0;
  return {
    ...(env.TERM === undefined ? {} : { TERM: env.TERM }),
    SHELL: user.shell === '' ? '/bin/sh' : user.shell,
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    PATH: isRoot ? '/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin' : '/usr/local/bin:/bin:/usr/bin',
  };
}

interface Users {
  uid: number | null;
  gid: number | null;
  ruid: number | null;
  euid: number | null;
  rgid: number | null;
  egid: number | null;
  name: string | null;
}

function readUsers({ options: given }: Frame, accounts: Accounts): Users {
  const id = (names: readonly string[], kind: 'user' | 'group') => {
    for (const name of names) {
      const text = given.value(name);
      if (text === null) continue;
      const known = kind === 'user' ? accounts.user(text)?.uid : accounts.group(text)?.gid;
      const number = known ?? (/^\d+$/.test(text) ? Number(text) : undefined);
      if (number === undefined) throw new Fatal(`failed to parse ${name}: '${text}'`);
      return number;
    }
    return null;
  };
  const [ruid, euid] = [id(['reuid', 'ruid'], 'user'), id(['reuid', 'euid'], 'user')];
  const [rgid, egid] = [id(['regid', 'rgid'], 'group'), id(['regid', 'egid'], 'group')];
  const uid = ruid ?? euid;
  const gid = rgid ?? egid;
  return {
    uid,
    gid,
    ruid,
    euid,
    rgid,
    egid,
    name: uid === null ? null : accounts.userName(uid),
  };
}

function checkGroups({ options: given }: Frame, changesGroup: boolean): void {
  const says = ['groups', 'clear-groups', 'keep-groups', 'init-groups'].filter((name) => given.has(name));
  if (says.length > 1)
    throw new Fatal('mutually exclusive arguments: --clear-groups --keep-groups --init-groups --groups');
  if (changesGroup && says.length === 0) {
    throw new Fatal('--[re]gid requires --keep-groups, --clear-groups, --init-groups, or --groups');
  }
}

function setGroups({ sys, options: given }: Frame, accounts: Accounts, user: string | null): void {
  const groups = given.value('groups');
  if (groups !== null) {
    const ids = groups.split(',').map((name) => accounts.group(name)?.gid ?? Number(name));
    orFail('setgroups failed', () => sys.setgroups(ids));
  }
  if (given.has('clear-groups')) orFail('setgroups failed', () => sys.setgroups([]));
  if (!given.has('init-groups')) return;
  if (user === null) throw new Fatal('--init-groups requires --ruid or --reuid');
  const entry = accounts.user(user);
  orFail('initgroups failed', () => sys.setgroups(entry ? accounts.groupsOf(user, entry.gid) : []));
}

function changeCapabilities({ sys, options: given }: Frame): void {
  const bounding = given.value('bounding-set');
  if (bounding !== null) {
    for (const [number, on] of changes(bounding)) {
      if (on) continue;
      orFail(`drop capability from bounding set`, () => sys.capbsetDrop(number));
    }
  }
  const inheritable = given.value('inh-caps');
  if (inheritable !== null) {
    const sets = sys.capget();
    let mask = sets.inheritable;
    for (const [number, on] of changes(inheritable)) mask = on ? mask | bit(number) : mask & ~bit(number);
    orFail('apply capabilities', () => sys.capset({ ...sets, inheritable: mask }));
  }
  const ambient = given.value('ambient-caps');
  if (ambient === null) return;
  for (const [number, on] of changes(ambient)) raise(sys, number, on);
}

function raise(sys: Sys, number: number, on: boolean): void {
  try {
    sys.setAmbient(number, on);
  } catch (error) {
    // What is not permitted and inheritable is left out without a word.
    if (!isSysError(error)) throw error;
  }
}

/** `+chown,-all`: numbers, and whether they are to be had. */
function changes(text: string): Array<[number: number, on: boolean]> {
  return text.split(',').flatMap((word) => {
    const on = word.startsWith('+');
    if (!on && !word.startsWith('-')) throw new Fatal(`bad capability string`);
    const name = word.slice(1).replace(/^cap_/, '');
    if (name === 'all') return capabilityNames.map((_, number): [number, boolean] => [number, on]);
    const number = capabilityNumbers.get(name) ?? -1;
    const byNumber = parseNumber(name);
    if (number < 0 && !byNumber.ok) throw new Fatal(`unknown capability "${word.slice(1)}"`);
    return [[number < 0 && byNumber.ok ? byNumber.value : number, on] satisfies [number, boolean]];
  });
}

function bit(number: number): bigint {
  return 1n << BigInt(number);
}
