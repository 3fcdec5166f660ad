/** nsenter(1): runs a program in the namespaces of another process, or of a file. */
import * as kernel from '../../kernel/sim';
import { type Blocking, isSysError, type Sys } from '../../kernel/sim';
import type { OptionSpec } from '../lib/options';
import { Fatal, type Frame, failed, guarded, orFail, utilLinux } from './common/frame';
import { namespaceOptions } from './common/namespaces';
import { inChild, runOperands } from './common/run';

const options: OptionSpec[] = [
  { long: 'all', short: 'a' },
  { long: 'target', short: 't', value: 'required' },
  ...namespaceOptions.map(({ long, short }): OptionSpec => ({ long, short, value: 'optional' })),
  { long: 'setuid', short: 'S', value: 'required' },
  { long: 'setgid', short: 'G', value: 'required' },
  { long: 'preserve-credentials' },
  { long: 'root', short: 'r', value: 'optional' },
  { long: 'wd', short: 'w', value: 'optional' },
  { long: 'wdns', short: 'W', value: 'optional' },
  { long: 'no-fork', short: 'F' },
  { long: 'follow-context', short: 'Z' },
];

interface Entered {
  fd: number;
  file: string;
  flag: number;
}

export const nsenter = utilLinux({
  name: 'nsenter',
  options,
  stopAtOperand: true,
  help: '[options] [<program> [<argument>...]]\n\nRun a program with namespaces of other processes.',
  *run(frame) {
    const { sys, options: given } = frame;
    const target = readTarget(given.value('target'));
    const files = yield* openAll(frame, target);
    const root = yield* openPlace(frame, 'root', target, 'root');
    const directory = yield* openPlace(frame, 'wd', target, 'cwd');
    enterAll(sys, files);
    if (root !== null) {
      const before = directory === null ? yield* sys.open('.', kernel.O_RDONLY | kernel.O_CLOEXEC) : null;
      orFail('change directory by root file descriptor failed', () => sys.fchdir(root));
      orFail('chroot failed', () => sys.chroot('.'));
      if (before !== null) sys.fchdir(before);
    }
    if (directory !== null)
      orFail('change directory by working directory file descriptor failed', () => sys.fchdir(directory));
    const inside = given.value('wdns');
    if (inside !== null) orFail(`cannot chdir to '${inside}'`, () => sys.chdir(inside));
    const finish = (own: Sys) => guarded(own, frame.name, () => run({ ...frame, sys: own }, files));
    const forks = files.some(({ flag }) => flag === kernel.CLONE_NEWPID) && !given.has('no-fork');
    if (forks) return yield* inChild(sys, finish);
    return yield* finish(sys);
  },
});

function readTarget(text: string | null): number | null {
  if (text === null) return null;
  if (!/^\d+$/.test(text)) throw new Fatal(`failed to parse pid: '${text}'`);
  // Of a process outside the own pid namespace only the number 0 is known.
  return Number(text) || null;
}

/** Opened before anything is entered, so that all are found from here. */
function* openAll(frame: Frame, target: number | null): Blocking<Entered[]> {
  const { sys, options: given } = frame;
  if (given.has('all') && target === null) throw new Fatal('no target PID specified for --all');
  const entered: Entered[] = [];
  for (const { long, file, flag } of namespaceOptions) {
    const own = given.value(long);
    const isWanted = given.has(long) || (given.has('all') && (yield* isElsewhere(sys, target, file)));
    if (!isWanted) continue;
    if (own === null && target === null) throw new Fatal(`neither filename nor target pid supplied for ns/${file}`);
    const path = own ?? `/proc/${target}/ns/${file}`;
    entered.push({ fd: yield* open(sys, path), file, flag });
  }
  return entered;
}

/** With --all, what is shared already is left out: entering one's own user namespace is refused. */
// biome-ignore lint/correctness/useYield: it may come to wait.
function* isElsewhere(sys: Sys, target: number | null, file: string): Blocking<boolean> {
  try {
    const [theirs, ours] = [sys.stat(`/proc/${target}/ns/${file}`), sys.stat(`/proc/self/ns/${file}`)];
    return theirs.ino !== ours.ino;
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw failed(`stat of /proc/${target}/ns/${file} failed`, error);
  }
}

function* openPlace(
  { sys, options: given }: Frame,
  option: string,
  target: number | null,
  file: string,
): Blocking<number | null> {
  if (!given.has(option)) return null;
  const own = given.value(option);
  if (own === null && target === null) throw new Fatal(`neither filename nor target pid supplied for ${file}`);
  return yield* open(sys, own ?? `/proc/${target}/${file}`);
}

function* open(sys: Sys, path: string): Blocking<number> {
  try {
    return yield* sys.open(path, kernel.O_RDONLY | kernel.O_CLOEXEC);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw failed(`cannot open ${path}`, error);
  }
}

/**
 * The user namespace first, for what it allows in the others; when that is refused, at the end, for what is allowed
 * until then.
 */
function enterAll(sys: Sys, files: readonly Entered[]): void {
  let rest = [...files];
  for (const pass of [0, 1]) {
    const left: Entered[] = [];
    for (const entered of rest) {
      try {
        sys.setns(entered.fd, entered.flag);
        sys.close(entered.fd);
      } catch (error) {
        if (!isSysError(error)) throw error;
        const mayWait = pass === 0 && entered.flag === kernel.CLONE_NEWUSER;
        if (!mayWait) throw failed(`reassociate to namespace 'ns/${entered.file}' failed`, error);
        left.push(entered);
      }
    }
    rest = left;
  }
}

function* run(frame: Frame, files: readonly Entered[]): Blocking<number> {
  const { sys, options: given } = frame;
  const becomesRoot = files.some(({ flag }) => flag === kernel.CLONE_NEWUSER) && !given.has('preserve-credentials');
  const uid = given.value('setuid') ?? (becomesRoot ? '0' : null);
  const gid = given.value('setgid') ?? (becomesRoot ? '0' : null);
  if (gid !== null) {
    dropGroups(sys);
    orFail('setgid() failed', () => sys.setgid(Number(gid)));
  }
  if (uid !== null) orFail('setuid() failed', () => sys.setuid(Number(uid)));
  return yield* runOperands(frame, given.operands);
}

/** Where groups may not be given up, they stay. */
function dropGroups(sys: Sys): void {
  try {
    sys.setgroups([]);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
