/** newuidmap(1) and newgidmap(1): write the ids that /etc/subuid and /etc/subgid give somebody. Set-user-id root. */
import { type Blocking, isSysError, O_WRONLY, type Program, type Sys, strerror } from '../../kernel/sim';
import { readFile, writeAll } from '../lib/io';
import { ownerOf } from '../lib/processes';
import { Accounts } from '../lib/users';

interface Range {
  inside: number;
  outside: number;
  count: number;
}

const usage = (name: string) => `usage: ${name} <pid> <uid> <loweruid> <count> [ <uid> <loweruid> <count> ] ... \n`;

export const newuidmap: Program = (sys, argv) => run(sys, argv, 'uid');
export const newgidmap: Program = (sys, argv) => run(sys, argv, 'gid');

function* run(sys: Sys, argv: readonly string[], kind: 'uid' | 'gid'): Blocking<number> {
  const name = kind === 'uid' ? 'newuidmap' : 'newgidmap';
  const fail = function* (text: string): Blocking<number> {
    yield* writeAll(sys, 2, text.startsWith('usage') ? text : `${name}: ${text}\n`);
    return 1;
  };
  const [pid = '', ...numbers] = argv.slice(1);
  if (pid === '') return yield* fail(usage(name));
  if (!/^\d+$/.test(pid)) return yield* fail(usage(name));
  const owner = ownerOf(sys, pid);
  if (owner === null) return yield* fail(`Could not open proc directory for target ${pid}`);
  const accounts = yield* Accounts.load(sys);
  const user = accounts.userName(sys.getuid());
  if (owner !== sys.getuid())
    return yield* fail(
      `Target process ${pid} is owned by a different user: uid:${sys.getuid()} pw_uid:${sys.getuid()} st_uid:${owner}, gid:${sys.getgid()} pw_gid:${sys.getgid()} st_gid:${owner}`,
    );
  if (numbers.length % 3 !== 0) {
    const count = Math.ceil(numbers.length / 3);
    yield* writeAll(sys, 2, `ranges: ${count} argc: ${numbers.length}\n`);
    return yield* fail(`Not enough arguments to form ${count} mappings`);
  }
  const ranges = toRanges(numbers.map(Number));
  const allowed = yield* subordinate(sys, kind, user);
  const own = kind === 'uid' ? sys.getuid() : sys.getgid();
  for (const range of ranges) {
    const isOwn = range.count === 1 && range.outside === own;
    const isAllowed = allowed.some(
      ({ outside, count }) => range.outside >= outside && range.outside + range.count <= outside + count,
    );
    if (isOwn || isAllowed) continue;
    return yield* fail(
      `${kind} range [${range.inside}-${range.inside + range.count}) -> [${range.outside}-${range.outside + range.count}) not allowed`,
    );
  }
  const text = ranges.map(({ inside, outside, count }) => `${inside} ${outside} ${count}\n`).join('');
  try {
    const fd = yield* sys.open(`/proc/${pid}/${kind}_map`, O_WRONLY);
    yield* writeAll(sys, fd, text);
    sys.close(fd);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* fail(`write to ${kind}_map failed: ${strerror(error.errno)}`);
  }
}

function toRanges(numbers: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < numbers.length; at += 3) {
    const [inside = 0, outside = 0, count = 0] = numbers.slice(at, at + 3);
    ranges.push({ inside, outside, count });
  }
  return ranges;
}

function* subordinate(
  sys: Sys,
  kind: 'uid' | 'gid',
  user: string,
): Blocking<Array<{ outside: number; count: number }>> {
  const lines = (yield* readFile(sys, kind === 'uid' ? '/etc/subuid' : '/etc/subgid')).split('\n');
  return lines.flatMap((line) => {
    const [name, outside, count] = line.split(':');
    return name === user ? [{ outside: Number(outside), count: Number(count) }] : [];
  });
}
