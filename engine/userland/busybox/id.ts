/** BusyBox's id: a process without supplementary groups has none. */
import { type Blocking, encode } from '../../kernel/sim';
import { Accounts } from '../lib/users';
import { type AppletCall, AppletError, makeApplet, ShowUsage } from './applet';

interface Identity {
  uid: number;
  euid: number;
  gid: number;
  egid: number;
  groups: readonly number[];
}

export const id = makeApplet({
  name: 'id',
  options: [...'ugGnr'].map((short) => ({ short })),
  usage: `id [-ugGnr] [USER]

Print information about USER or the current user

	-u	User ID
	-g	Group ID
	-G	Supplementary group IDs
	-n	Print names instead of numbers
	-r	Print real ID instead of effective ID`,
  *run(call) {
    const { options, sys, out } = call;
    const has = (name: string) => options.given.some((one) => one.name === name);
    const chosen = [...'ugG'].filter(has);
    const [user, ...more] = options.operands;
    if (more.length > 0 || chosen.length > 1 || (chosen.length === 0 && (has('n') || has('r')))) throw new ShowUsage();
    const accounts = yield* Accounts.load(sys);
    const who = user === undefined ? own(call) : named(accounts, user);
    const [what] = chosen;
    if (what === undefined) {
      yield* out.write(`${fullText(accounts, who)}\n`);
      return 0;
    }
    const ids = what === 'u' ? [has('r') ? who.uid : who.euid] : groupsOf(who, what === 'G', has('r'));
    const name = (one: number) => (what === 'u' ? accounts.userById(one) : accounts.groupById(one))?.name;
    return yield* showList(call, ids, has('n') ? name : null);
  },
});

function own({ sys }: AppletCall): Identity {
  return { uid: sys.getuid(), euid: sys.geteuid(), gid: sys.getgid(), egid: sys.getegid(), groups: sys.getgroups() };
}

function named(accounts: Accounts, name: string): Identity {
  const user = accounts.user(name);
  if (!user) throw new AppletError(`unknown user ${name}`);
  const { uid, gid } = user;
  return { uid, euid: uid, gid, egid: gid, groups: accounts.groupsOf(name, gid) };
}

function groupsOf({ gid, egid, groups }: Identity, all: boolean, real: boolean): number[] {
  return all ? [...new Set([gid, egid, ...groups])] : [real ? gid : egid];
}

function fullText(accounts: Accounts, { uid, euid, gid, egid, groups }: Identity): string {
  const user = (one: number) => withName(one, accounts.userById(one)?.name);
  const group = (one: number) => withName(one, accounts.groupById(one)?.name);
  return [
    `uid=${user(uid)} gid=${group(gid)}`,
    ...(euid === uid ? [] : [`euid=${user(euid)}`]),
    ...(egid === gid ? [] : [`egid=${group(egid)}`]),
    ...(groups.length === 0 ? [] : [`groups=${groups.map(group).join(',')}`]),
  ].join(' ');
}

function withName(number: number, name: string | undefined): string {
  return name === undefined ? `${number}` : `${number}(${name})`;
}

/** `name`: null for numbers. One that has no name is told of, and shown as its number. */
function* showList(
  { sys, out }: AppletCall,
  ids: readonly number[],
  name: ((id: number) => string | undefined) | null,
): Blocking<number> {
  let status = 0;
  for (const [at, one] of ids.entries()) {
    const text = name ? name(one) : `${one}`;
    yield* out.write(`${at === 0 ? '' : ' '}${text ?? one}`);
    if (text !== undefined) continue;
    status = 1;
    yield* out.flush();
    yield* sys.write(2, encode(`id: unknown ID ${one}\n`));
  }
  yield* out.write('\n');
  return status;
}
