/** pgrep, pkill and pidwait: find processes by their attributes; list them, send them a signal, wait for their end. */
import { type Blocking, isSysError, type Signal, signalNumbers, strerror } from '../../kernel/sim';
import { succeeds } from '../lib/attempt';
import { type Command, Fatal, makeCommand, Quit } from '../lib/command';
import { writeAll } from '../lib/io';
import type { OptionSpec } from '../lib/options';
import { signalFrom } from '../lib/signals';
import { compile, RegexError } from '../regex';
import { type Candidate, criteria, readCandidates } from './pgrep-criteria';

type Kind = 'pgrep' | 'pkill' | 'pidwait';

const common: OptionSpec[] = [
  { short: 'A', long: 'ignore-ancestors' },
  { short: 'c', long: 'count' },
  { short: 'f', long: 'full' },
  { short: 'g', long: 'pgroup', value: 'required' },
  { short: 'G', long: 'group', value: 'required' },
  { short: 'i', long: 'ignore-case' },
  { short: 'n', long: 'newest' },
  { short: 'o', long: 'oldest' },
  { short: 'O', long: 'older', value: 'required' },
  { short: 'P', long: 'parent', value: 'required' },
  { short: 's', long: 'session', value: 'required' },
  { short: 't', long: 'terminal', value: 'required' },
  { short: 'u', long: 'euid', value: 'required' },
  { short: 'U', long: 'uid', value: 'required' },
  { short: 'x', long: 'exact' },
  { short: 'F', long: 'pidfile', value: 'required' },
  { short: 'L', long: 'logpidfile' },
  { short: 'r', long: 'runstates', value: 'required' },
  { long: 'cgroup', value: 'required' },
  { long: 'ns', value: 'required' },
  { long: 'nslist', value: 'required' },
  { long: 'signal', value: 'required' },
  { long: 'inverse' },
];

const own: Record<Kind, OptionSpec[]> = {
  pgrep: [
    { short: 'd', long: 'delimiter', value: 'required' },
    { short: 'l', long: 'list-name' },
    { short: 'a', long: 'list-full' },
    { short: 'v', long: 'inverse' },
    { short: 'w', long: 'lightweight' },
  ],
  pkill: [
    { short: 'e', long: 'echo' },
    { short: 'q', long: 'queue', value: 'required' },
  ],
  pidwait: [{ short: 'e', long: 'echo' }],
};

const ownHelp: Record<Kind, string> = {
  pgrep: ` -d, --delimiter <text>    between the numbers; a newline otherwise
 -l, --list-name           names, too
 -a, --list-full           command lines, too
 -v, --inverse             those that do not match
 -w, --lightweight         threads
`,
  pkill: ` -<sig>, --signal <sig>    instead of SIGTERM
 -e, --echo                say what is killed
 -q, --queue <number>      to be sent along
`,
  pidwait: ' -e, --echo                say what is waited for\n',
};

const usage = (kind: Kind) => `
Usage:
 ${kind} [options] <pattern>

Options:
${ownHelp[kind]} -c, --count               how many there are
 -f, --full                match the whole command line
 -x, --exact               match all of it
 -i, --ignore-case         capitals and small letters are the same
 -n, --newest              the one that began last
 -o, --oldest              the one that began first
 -O, --older <seconds>     those that began longer ago
 -g, -G, -P, -s <list>     process groups, groups, parents, sessions
 -t, -u, -U <list>         terminals, effective and real users
 -r, --runstates <states>  those in such a state
 -F, --pidfile <file>      those named in a file
 -A, --ignore-ancestors    leave out those it comes from
     --cgroup <list>       control groups
     --ns <PID>            those in the same namespaces
     --nslist <list>       which of them: ipc, mnt, net, pid, user, uts

 -h, --help
 -V, --version

For more details see pgrep(1).
`;

function make(kind: Kind) {
  return makeCommand({
    name: kind,
    options: [...common, ...own[kind]],
    usage: usage(kind),
    version: `${kind} from procps-ng 4.0.2`,
    usageStatus: 2,
    rewrite: kind === 'pkill' ? signalOption : (args) => [...args],
    *run(command) {
      const matches = yield* find(command);
      if (kind === 'pgrep') return yield* list(command, matches);
      return kind === 'pkill' ? yield* kill(command, matches) : yield* wait(command, matches);
    },
  });
}

export const pgrep = make('pgrep');
export const pkill = make('pkill');
export const pidwait = make('pidwait');

/** `-HUP` becomes `--signal=HUP`. */
function signalOption(args: readonly string[]): string[] {
  const at = args.findIndex((arg) => /^-(?!-)./.test(arg) && signalFrom(arg.slice(1)) !== null);
  return args.map((arg, index) => (index === at ? `--signal=${arg.slice(1)}` : arg));
}

function* find(command: Command): Blocking<Candidate[]> {
  const { sys, operands, options } = command;
  const tests = yield* criteria(command);
  if (command.has('newest') && command.has('oldest')) throw yield* misuse(command);
  if (operands.length > 1) throw yield* hinted(command, 'only one pattern can be provided', 2);
  const [pattern] = operands;
  if (pattern === undefined && tests.length === 0 && !command.has('newest') && !command.has('oldest')) {
    throw yield* hinted(command, 'no matching criteria specified', 2);
  }
  const full = options.has('full');
  const matches = pattern === undefined ? () => true : matcher(command, pattern);
  const self = sys.getpid();
  const inverse = command.has('inverse');
  const found: Candidate[] = [];
  for (const candidate of yield* readCandidates(sys)) {
    if (candidate.stat.pid === self) continue;
    const fits = tests.every((test) => test(candidate)) && matches(full ? candidate.line : candidate.stat.comm);
    if (fits !== inverse) found.push(candidate);
  }
  if (found.length === 0 && pattern !== undefined && !full) yield* remarkOnLength(command, pattern);
  return extreme(command, found);
}

function matcher(command: Command, pattern: string): (text: string) => boolean {
  const source = command.has('exact') ? `^(${pattern})$` : pattern;
  try {
    const regex = compile(source, { extended: true, ignoreCase: command.has('ignore-case') });
    return (text) => regex.test(text);
  } catch (error) {
    if (error instanceof RegexError) throw new Fatal(`regex error: ${error.message}`, 2);
    throw error;
  }
}

function* remarkOnLength(command: Command, pattern: string): Blocking<void> {
  if (pattern.length <= 15 || /[|[]/.test(pattern)) return;
  yield* command.warn('pattern that searches for process name longer than 15 characters will result in zero matches');
  yield* writeAll(command.sys, 2, `Try \`${command.name} -f' option to match against the complete command line.\n`);
}

function extreme(command: Command, found: Candidate[]): Candidate[] {
  const [first] = found;
  if (!first || !(command.has('newest') || command.has('oldest'))) return found;
  const better = command.has('newest')
    ? (a: Candidate, b: Candidate) => a.stat.start >= b.stat.start
    : (a: Candidate, b: Candidate) => a.stat.start < b.stat.start;
  return [found.reduce((best, one) => (better(one, best) ? one : best), first)];
}

function* list(command: Command, found: readonly Candidate[]): Blocking<number> {
  if (command.has('count')) yield* command.line(String(found.length));
  else if (found.length > 0) {
    const texts = found.map(({ stat, line }) => {
      if (command.has('list-full')) return `${stat.pid} ${line}`;
      return command.has('list-name') ? `${stat.pid} ${stat.comm}` : String(stat.pid);
    });
    yield* command.line(texts.join(command.value('delimiter') ?? '\n'));
  }
  return found.length > 0 ? 0 : 1;
}

function* kill(command: Command, found: readonly Candidate[]): Blocking<number> {
  const { sys } = command;
  const name = command.value('signal');
  const signal: Signal = name === null ? signalNumbers.SIGTERM : (signalFrom(name) ?? -1);
  let killed = 0;
  for (const { stat } of found) {
    try {
      sys.kill(stat.pid, signal);
      killed++;
      if (command.has('echo')) yield* command.line(`${stat.comm} killed (pid ${stat.pid})`);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno === 'ESRCH') continue;
      yield* command.warn(`killing pid ${stat.pid} failed: ${strerror(error.errno)}`);
    }
  }
  if (command.has('count')) yield* command.line(String(found.length));
  return killed > 0 ? 0 : 1;
}

function* wait(command: Command, found: readonly Candidate[]): Blocking<number> {
  const { sys } = command;
  for (const { stat } of found) {
    if (command.has('echo')) yield* command.line(`waiting for ${stat.comm} (pid ${stat.pid})`);
  }
  if (command.has('count')) yield* command.line(String(found.length));
  yield* command.out.flush();
  for (const { stat } of found) while (isThere(command, stat.pid)) yield* sys.nanosleep(20_000_000);
  return found.length > 0 ? 0 : 1;
}

function isThere({ sys }: Command, pid: number): boolean {
  return succeeds(() => sys.stat(`/proc/${pid}`));
}

function* hinted(command: Command, text: string, status: number): Blocking<Quit> {
  yield* command.warn(text);
  yield* writeAll(command.sys, 2, `Try \`${command.name} --help' for more information.\n`);
  return new Quit(status);
}

function* misuse(command: Command): Blocking<Quit> {
  yield* command.misuse();
  return new Quit(2);
}
