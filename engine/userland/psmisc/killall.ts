/** killall(1): sends a signal to all processes of a name. */
import { type Blocking, bare, isSysError, type Signal, type Sys, signalNumbers, strerror } from '../../kernel/sim';
import { type Command, makeCommand, Quit } from '../lib/command';
import { LineReader, readFileOrNull, writeAll } from '../lib/io';
import {
  linkTarget,
  namespaceOf,
  ownerOf,
  type ProcessStat,
  processNumbers,
  readArguments,
  readStat,
  ticksPerSecond,
} from '../lib/processes';
import { signalFrom } from '../lib/signals';
import { Accounts } from '../lib/users';
import { compile } from '../regex';
import { signalList } from './signal-list';

const usage = `Usage: killall [OPTION]... [--] NAME...
       killall -l, --list
       killall -V, --version

  -e,--exact           names longer than 15 characters must match as a whole
  -I,--ignore-case     capitals and small letters are the same
  -g,--process-group   the whole process group
  -y,--younger-than    only those that began less than TIME ago
  -o,--older-than      only those that began more than TIME ago
  -i,--interactive     ask first
  -l,--list            the names of all signals
  -q,--quiet           no complaints
  -r,--regexp          NAME is an extended regular expression
  -s,--signal SIGNAL   instead of SIGTERM
  -u,--user USER       only those of USER
  -v,--verbose         say what has been done
  -V,--version
  -w,--wait            wait until they have ended
  -n,--ns PID          only those in the namespaces of PID

`;

export const killall = makeCommand({
  name: 'killall',
  options: [
    { short: 'e', long: 'exact' },
    { short: 'I', long: 'ignore-case' },
    { short: 'g', long: 'process-group' },
    { short: 'y', long: 'younger-than', value: 'required' },
    { short: 'o', long: 'older-than', value: 'required' },
    { short: 'i', long: 'interactive' },
    { short: 'l', long: 'list' },
    { short: 'q', long: 'quiet' },
    { short: 'r', long: 'regexp' },
    { short: 's', long: 'signal', value: 'required' },
    { short: 'u', long: 'user', value: 'required' },
    { short: 'v', long: 'verbose' },
    { short: 'w', long: 'wait' },
    { short: 'n', long: 'ns', value: 'required' },
  ],
  usage,
  version: 'killall (PSmisc) 23.6',
  helpLetter: '',
  afterMistake: 'usage',
  rewrite: signalOption,
  *run(command) {
    if (command.has('list')) {
      yield* command.out.write(signalList());
      return 0;
    }
    const signal = yield* signalOf(command);
    const tests = yield* testsOf(command);
    if (command.operands.length === 0 && tests.length === 0) return yield* command.misuse();
    return yield* killNamed(command, signal, tests);
  },
});

/** `-HUP` and `-9` are signals unless they are options. */
function signalOption(args: readonly string[]): string[] {
  return args.map((arg) => (/^-(\d+|[A-Z][A-Z0-9]+)$/.test(arg) ? `--signal=${arg.slice(1)}` : arg));
}

function* signalOf(command: Command): Blocking<Signal> {
  const text = command.value('signal');
  if (text === null) return signalNumbers.SIGTERM;
  const signal = signalFrom(text);
  if (signal !== null) return signal;
  yield* writeAll(command.sys, 2, `${text}: unknown signal; killall -l lists signals.\n`);
  throw new Quit(1);
}

interface Found {
  stat: ProcessStat;
  args: string[];
  exe: string | null;
  uid: number;
}

type Test = (found: Found) => boolean;

const secondsOf: Record<string, number> = bare({
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_629_800,
  y: 31_557_600,
});

function* testsOf(command: Command): Blocking<Test[]> {
  const { sys } = command;
  const tests: Test[] = [];
  const user = command.value('user');
  if (user !== null) {
    const uid = (yield* Accounts.load(sys)).user(user)?.uid;
    if (uid === undefined) {
      yield* writeAll(sys, 2, `Cannot find user ${user}\n`);
      throw new Quit(1);
    }
    tests.push((found) => found.uid === uid);
  }
  const now = Number(((yield* readFileOrNull(sys, '/proc/uptime')) ?? '0').split(' ')[0]);
  const age = ({ stat }: Found) => now - stat.start / ticksPerSecond;
  const [younger, older] = [duration(command.value('younger-than')), duration(command.value('older-than'))];
  if (younger !== null) tests.push((found) => age(found) <= younger);
  if (older !== null) tests.push((found) => age(found) >= older);
  const ns = command.value('ns');
  if (ns !== null) {
    const own = namespaceOf(sys, ns, 'pid');
    tests.push(({ stat }) => namespaceOf(sys, stat.pid, 'pid') === own);
  }
  return tests;
}

function duration(text: string | null): number | null {
  const match = /^(\d+(?:\.\d+)?)([smhdwMy])$/.exec(text ?? '');
  return match ? Number(match[1]) * (secondsOf[match[2] ?? 's'] ?? 1) : null;
}

function* killNamed(command: Command, signal: Signal, tests: readonly Test[]): Blocking<number> {
  const { sys, operands } = command;
  const processes = (yield* readAll(sys)).filter((found) => tests.every((test) => test(found)));
  const input = new LineReader(sys, 0);
  const waited: number[] = [];
  let status = 0;
  for (const name of operands.length > 0 ? operands : [null]) {
    let found = false;
    for (const process of processes) {
      if (name !== null && !matches(command, process, name)) continue;
      found = true;
      if (command.has('interactive') && !(yield* agrees(command, process, signal, input))) continue;
      if (yield* killOne(command, process, signal)) waited.push(process.stat.pid);
      else status = 1;
    }
    if (found || name === null) continue;
    status = 1;
    if (!command.has('quiet')) yield* writeAll(sys, 2, `${name}: no process found\n`);
  }
  if (command.has('wait')) yield* waitFor(sys, waited);
  return status;
}

function* readAll(sys: Sys): Blocking<Found[]> {
  const all: Found[] = [];
  for (const pid of processNumbers(sys)) {
    if (pid === sys.getpid()) continue;
    const stat = yield* readStat(sys, pid);
    if (!stat) continue;
    const args = yield* readArguments(sys, pid);
    all.push({ stat, args, exe: linkTarget(sys, `/proc/${pid}/exe`), uid: ownerOf(sys, pid) ?? -1 });
    yield* sys.checkpoint();
  }
  return all;
}

function matches(command: Command, { stat, args, exe }: Found, name: string): boolean {
  const ignoreCase = command.has('ignore-case');
  if (command.has('regexp')) return compile(name, { extended: true, ignoreCase }).test(fullName(stat.comm, args));
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  if (name.includes('/')) return exe === name || fold(args[0] ?? '') === fold(name);
  if (name.length > 15) {
    if (command.has('exact')) return fold(fullName(stat.comm, args)) === fold(name);
    return fold(stat.comm) === fold(name.slice(0, 15)) && fold(fullName(stat.comm, args)) === fold(name);
  }
  return fold(stat.comm) === fold(name);
}

/** The kernel keeps 15 characters; the rest is in the arguments. */
function fullName(comm: string, args: readonly string[]): string {
  if (comm.length < 15) return comm;
  const names = args.map((arg) => arg.slice(arg.lastIndexOf('/') + 1));
  return names.find((name) => name.startsWith(comm)) ?? comm;
}

function* agrees(command: Command, { stat }: Found, signal: Signal, input: LineReader): Blocking<boolean> {
  const word = signal === signalNumbers.SIGTERM ? 'Kill' : 'Signal';
  yield* writeAll(command.sys, 1, `${word} ${stat.comm}(${stat.pid}) ? (y/N) `);
  return /^y/i.test((yield* input.next()) ?? '');
}

function* killOne(command: Command, { stat }: Found, signal: Signal): Blocking<boolean> {
  const { sys } = command;
  const target = command.has('process-group') ? -stat.pgrp : stat.pid;
  try {
    sys.kill(target, signal);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (!command.has('quiet')) yield* writeAll(sys, 2, `${stat.comm}(${stat.pid}): ${strerror(error.errno)}\n`);
    return false;
  }
  if (command.has('verbose')) {
    const group = command.has('process-group') ? `pgid ${stat.pgrp}` : `${stat.pid}`;
    yield* writeAll(sys, 2, `Killed ${stat.comm}(${group}) with signal ${signal}\n`);
  }
  return true;
}

function* waitFor(sys: Sys, pids: readonly number[]): Blocking<void> {
  for (;;) {
    let left = 0;
    for (const pid of pids) if (isThere(sys, pid)) left++;
    if (left === 0) return;
    yield* sys.nanosleep(1e9);
  }
}

function isThere(sys: Sys, pid: number): boolean {
  try {
    sys.kill(pid, 0);
    return true;
  } catch (error) {
    if (isSysError(error, 'ESRCH')) return false;
    if (isSysError(error)) return true;
    throw error;
  }
}
