/** `unshare --map-auto`, `--map-users`, `--map-groups`: ranges, written by newuidmap(1) and newgidmap(1) from outside. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { execByName } from '../../lib/exec';
import { readFileOrNull } from '../../lib/io';
import { Accounts } from '../../lib/users';
import { Fatal, type Frame } from './frame';

interface Range {
  inside: number;
  outside: number;
  count: number;
}

/**
 * Forks the one who writes the maps, when there is something to write; the answer lets it do so and waits for it. To be
 * called before the namespace is made.
 */
export function* mapAuto(
  frame: Frame,
  single: { uid: number | null; gid: number | null },
  real: { uid: number; gid: number },
): Blocking<(() => Blocking<void>) | null> {
  const { sys } = frame;
  const users = yield* rangeOf(frame, 'map-users', '/etc/subuid');
  const groups = yield* rangeOf(frame, 'map-groups', '/etc/subgid');
  if (!users && !groups) return null;
  const { readEnd, writeEnd } = sys.pipe({ closeOnExec: true });
  const parent = sys.getpid();
  const pid = sys.fork(function* (child) {
    child.close(writeEnd);
    yield* child.read(readEnd, 1);
    if (users) yield* writeRanges(child, frame, 'newuidmap', parent, around(users, single.uid, real.uid));
    if (groups) yield* writeRanges(child, frame, 'newgidmap', parent, around(groups, single.gid, real.gid));
    return 0;
  });
  return function* () {
    sys.close(writeEnd);
    const result = yield* sys.waitpid(pid);
    if (result?.event.kind === 'exited' && result.event.code === 0) return;
    // newuidmap has said why.
    sys.exit(1);
  };
}

/** A range gives way to the one id that is mapped by itself: it loses an id, and goes on behind it. */
function around(range: Range, single: number | null, outside: number): Range[] {
  if (single === null) return [range];
  const own = { inside: single, outside, count: 1 };
  const before = Math.min(range.count, Math.max(0, single - range.inside));
  const isInside = before < range.count && single >= range.inside;
  if (!isInside) return [own, range].sort((a, b) => a.inside - b.inside);
  const parts: Range[] = [
    { ...range, count: before },
    own,
    { inside: single + 1, outside: range.outside + before, count: range.count - before - 1 },
  ];
  return parts.filter(({ count }) => count > 0);
}

function* rangeOf({ sys, options: given }: Frame, option: string, file: string): Blocking<Range | null> {
  const value = given.value(option) ?? (given.has('map-auto') ? 'auto' : null);
  if (value === null) return null;
  if (value !== 'auto') return parse(value);
  const uid = sys.geteuid();
  const name = (yield* Accounts.load(sys)).userName(uid);
  for (const line of (yield* textOf(sys, file)).split('\n')) {
    const [user, outside, count] = line.split(':');
    // A name that is no number counts as user 0 (strtoul(3)): root gets what is somebody else's, and newuidmap refuses it.
    const isUsers = user === name || (line.includes(':') && (Number.parseInt(user ?? '', 10) || 0) === uid);
    if (isUsers) return { inside: 0, outside: Number(outside), count: Number(count) };
  }
  throw new Fatal(`no line matching user "${name}" in ${file}`);
}

/** `OUTSIDE,INSIDE,COUNT`. */
function parse(text: string): Range {
  const [outside, inside, count] = text.split(',').map(Number);
  if (outside === undefined || inside === undefined || !count || Number.isNaN(outside + inside + count)) {
    throw new Fatal(`could not parse ID: '${text}'`);
  }
  return { inside, outside, count };
}

function* writeRanges(
  sys: Sys,
  { env }: Frame,
  program: string,
  pid: number,
  ranges: readonly Range[],
): Blocking<void> {
  const numbers = ranges.flatMap(({ inside, outside, count }) => [inside, outside, count].map(String));
  const child = sys.fork(function* (own) {
    yield* execByName(own, [program, String(pid), ...numbers], env);
    return 127;
  });
  const result = yield* sys.waitpid(child);
  if (result?.event.kind !== 'exited' || result.event.code !== 0) sys.exit(1);
}

function* textOf(sys: Sys, path: string): Blocking<string> {
  return (yield* readFileOrNull(sys, path)) ?? '';
}
