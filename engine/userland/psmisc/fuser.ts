/** fuser(1): which processes use a file, a filesystem, or a port. */
import {
  type Blocking,
  type Device,
  isSysError,
  type Signal,
  type Stat,
  signalNumbers,
  strerror,
} from '../../kernel/sim';
import { type Command, makeCommand, Quit } from '../lib/command';
import { writeAll } from '../lib/io';
import { ownerOf, processNumbers, readStat } from '../lib/processes';
import { signalFrom } from '../lib/signals';
import { Accounts } from '../lib/users';
import { isMountPoint, usedBy } from './file-users';
import { portUsers } from './port-users';
import { signalList } from './signal-list';

const usage = `Usage: fuser [-fIMuvw] [-a|-s] [-4|-6] [-c|-m|-n SPACE]
             [-k [-i] [-SIGNAL]] NAME...
       fuser -l
       fuser -V

  -a,--all              files nobody uses, too
  -i,--interactive      ask before killing
  -k,--kill             kill the processes
  -l,--list-signals     the names of all signals
  -m,--mount            all who use the filesystem
  -M,--ismountpoint     only if NAME is a mount point
  -n,--namespace SPACE  what NAME means (file, udp, or tcp)
  -s,--silent           no output
  -SIGNAL               instead of SIGKILL
  -u,--user             users, too
  -v,--verbose          a table
  -w,--writeonly        kill only those who write
  -V,--version
  -4,--ipv4             only IPv4
  -6,--ipv6             only IPv6

`;

export interface FileUse {
  pid: number;
  /** Letters of the ways it is used: `c`, `e`, `f`, `F`, `r`, `m`. */
  ways: string;
}

export const fuser = makeCommand({
  name: 'fuser',
  options: [
    { short: 'a', long: 'all' },
    { short: 'c', as: 'mount' },
    { short: 'f' },
    { short: 'i', long: 'interactive' },
    { short: 'I', long: 'inode' },
    { short: 'k', long: 'kill' },
    { short: 'l', long: 'list-signals' },
    { short: 'm', long: 'mount' },
    { short: 'M', long: 'ismountpoint' },
    { short: 'n', long: 'namespace', value: 'required' },
    { short: 's', long: 'silent' },
    { short: 'u', long: 'user' },
    { short: 'v', long: 'verbose' },
    { short: 'w', long: 'writeonly' },
    { short: '4', long: 'ipv4' },
    { short: '6', long: 'ipv6' },
    { long: 'signal', value: 'required' },
  ],
  usage,
  version: 'fuser (PSmisc) 23.6',
  helpLetter: '',
  rewrite: (args) => args.map((arg) => (/^-(\d{2,}|[A-Z]{3,}[0-9]*)$/.test(arg) ? `--signal=${arg.slice(1)}` : arg)),
  *run(command) {
    if (command.has('list-signals')) {
      yield* command.out.write(signalList());
      return 0;
    }
    if (command.operands.length === 0) {
      yield* writeAll(command.sys, 2, 'No process specification given\n');
      return yield* command.misuse();
    }
    const accounts = yield* Accounts.load(command.sys);
    let status = 1;
    let isFirst = true;
    for (const name of command.operands) {
      const use = yield* usersOf(command, name);
      if (use === null) continue;
      if (use.length > 0) status = 0;
      if (use.length === 0 && !command.has('all') && !command.has('verbose')) continue;
      if (!command.has('silent')) {
        if (command.has('verbose')) yield* showTable(command, name, use, accounts, isFirst);
        else yield* showLine(command, name, use, accounts);
      }
      isFirst = false;
      if (command.has('kill')) yield* killAll(command, use);
    }
    return status;
  },
});

function* usersOf(command: Command, name: string): Blocking<FileUse[] | null> {
  const { sys } = command;
  const space = command.value('namespace') ?? /\/(tcp|udp)$/.exec(name)?.[1];
  if (space === 'tcp' || space === 'udp') return yield* portUsers(sys, name.replace(/\/(tcp|udp)$/, ''), space);
  let target: Stat;
  try {
    target = sys.stat(name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const text = error.errno === 'ENOENT' ? 'does not exist.' : strerror(error.errno);
    yield* writeAll(
      sys,
      2,
      error.errno === 'ENOENT' ? `Specified filename ${name} ${text}\n` : `Cannot stat ${name}: ${text}\n`,
    );
    return null;
  }
  if (command.has('ismountpoint') && !(yield* isMountPoint(sys, name))) {
    yield* writeAll(sys, 2, `Specified filename ${name} is not a mountpoint.\n`);
    throw new Quit(1);
  }
  const whole = command.has('mount');
  const isSame = (stat: Stat) => sameDevice(stat.dev, target.dev) && (whole || stat.ino === target.ino);
  const found: FileUse[] = [];
  for (const pid of processNumbers(sys)) {
    if (pid === sys.getpid()) continue;
    const ways = yield* usedBy(sys, pid, isSame);
    if (ways !== '') found.push({ pid, ways });
    yield* sys.checkpoint();
  }
  return found;
}

function sameDevice(a: Device, b: Device): boolean {
  return a.major === b.major && a.minor === b.minor;
}

/** The name and the letters go to standard error, the numbers to standard output. */
function* showLine(command: Command, name: string, use: readonly FileUse[], accounts: Accounts): Blocking<void> {
  const { sys } = command;
  yield* writeAll(sys, 2, `${name}:`.padEnd(use.length > 0 ? 20 : 0));
  for (const { pid, ways } of use) {
    yield* writeAll(sys, 1, ` ${String(pid).padStart(5)}`);
    const letters = ways.replace(/[fF]/g, '');
    const user = command.has('user') ? `(${accounts.userName(ownerOf(sys, pid) ?? 0)})` : '';
    yield* writeAll(sys, 2, letters + user);
  }
  yield* writeAll(sys, 2, '\n');
}

function* showTable(
  command: Command,
  name: string,
  use: readonly FileUse[],
  accounts: Accounts,
  withHeading: boolean,
): Blocking<void> {
  const { sys } = command;
  if (withHeading) yield* writeAll(sys, 2, `${''.padEnd(21)}USER        PID ACCESS COMMAND\n`);
  let label = `${name}:`;
  const owner = (uid: number) => accounts.userName(uid).padEnd(8);
  if (yield* isMountPoint(sys, name)) {
    yield* writeAll(
      sys,
      2,
      `${label.padEnd(20)} ${owner(0)} kernel mount ${name}
`,
    );
    label = '';
  }
  for (const { pid, ways } of use) {
    yield* writeAll(sys, 2, `${label.padEnd(20)} ${owner(ownerOf(sys, pid) ?? 0)} `);
    yield* writeAll(sys, 1, ` ${String(pid).padStart(5)}`);
    const stat = yield* readStat(sys, pid);
    yield* writeAll(sys, 2, ` ${accessText(ways)} ${stat?.comm ?? '???'}\n`);
    label = '';
  }
  if (label !== '') yield* writeAll(sys, 2, `${label}\n`);
}

/** Five places: open file, root, current directory, executable, mapping. */
function accessText(ways: string): string {
  const at = (letter: string) => (ways.includes(letter) ? letter : '.');
  const file = ways.includes('F') ? 'F' : at('f');
  return `${file}${at('r')}${at('c')}${at('e')}${at('m')}`;
}

function* killAll(command: Command, use: readonly FileUse[]): Blocking<void> {
  const { sys } = command;
  const text = command.value('signal');
  const signal: Signal = text === null ? signalNumbers.SIGKILL : (signalFrom(text) ?? signalNumbers.SIGKILL);
  for (const { pid, ways } of use) {
    if (command.has('writeonly') && !ways.includes('F')) continue;
    try {
      sys.kill(pid, signal);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* writeAll(sys, 2, `Could not kill process ${pid}: ${strerror(error.errno)}\n`);
    }
  }
}
