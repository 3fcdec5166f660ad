/** lsof(8): open files, and who has them open. */
import { type Blocking, isSysError, type Stat, type Sys } from '../../../kernel/sim';
import { type Command, makeCommand, Quit } from '../../lib/command';
import { readFile, writeAll } from '../../lib/io';
import { processNumbers } from '../../lib/processes';
import { Accounts } from '../../lib/users';
import { type OpenFile, type ProcessFiles, readProcess, type SocketNames, stateOf } from './files';

const usage = `lsof 4.95.0
 usage: [-?ahlnPRtUv] [+|-c c] [+D D] [+d s] [-d s] [-F f] [-i [i]] [-p s] [-s p:s] [-u s] [names]
  -a        all conditions must hold, not one of them
  -c NAME   commands that begin with NAME
  +d DIR, +D DIR   files in a directory, or anywhere below it
  -d LIST   descriptors: numbers, cwd, rtd, txt
  -F CHARS  output for other programs
  -i [46][TCP|UDP][@HOST][:PORT]   sockets of the internet
  -l        numbers of users instead of names
  -n, -P    addresses and ports as numbers
  -p LIST   processes by number
  -s P:S    states, as in -sTCP:LISTEN
  -t        only numbers of processes
  -U        sockets of this host
  -u LIST   processes of users
`;

export const lsof = makeCommand({
  name: 'lsof',
  options: [
    { short: 'a' },
    { short: 'c', value: 'required' },
    { short: 'd', value: 'required' },
    { short: 'F', value: 'optional' },
    { short: 'i', value: 'optional' },
    { short: 'l' },
    { short: 'n' },
    { short: 'P' },
    { short: 'p', value: 'required' },
    { short: 'R' },
    { short: 's', value: 'optional' },
    { short: 't' },
    { short: 'U' },
    { short: 'u', value: 'required' },
    { short: 'w' },
    { short: 'V' },
    { short: 'v' },
    { short: 'h', as: '--help' },
    { short: '?', as: '--help' },
    { long: 'plus-d', value: 'required' },
    { long: 'plus-D', value: 'required' },
  ],
  usage,
  helpLetter: '',
  rewrite: plusOptions,
  *run(command) {
    if (command.has('v')) {
      yield* writeAll(command.sys, 2, 'lsof version information:\n    revision: 4.95.0\n');
      return 0;
    }
    const accounts = yield* Accounts.load(command.sys);
    yield* warnOfHidden(command);
    const conditions = yield* conditionsOf(command, accounts);
    const sockets = new Map(command.sys.sockets().map((socket) => [socket.inode, socket]));
    const names = yield* socketNames(command);
    const found: Found[] = [];
    for (const pid of processNumbers(command.sys)) {
      const process = yield* readProcess(command.sys, pid, sockets, names);
      if (process) found.push(...choose(command, process, conditions));
      yield* command.sys.checkpoint();
    }
    yield* print(command, accounts, found);
    return found.length > 0 || (conditions.length > 0 && command.has('U')) ? 0 : 1;
  },
});

/** `+D DIR` is an option, too. */
function plusOptions(args: readonly string[]): string[] {
  return args.map((arg) => {
    const match = /^\+([dD])(.*)$/.exec(arg);
    return match ? `--plus-${match[1]}${match[2] === '' ? '' : `=${match[2]}`}` : arg;
  });
}

interface Found {
  process: ProcessFiles;
  file: OpenFile;
  /** As it was asked for. */
  name: string;
}

/** Whether a file of a process is wanted; the name it is shown by when it is not the usual one. */
interface Condition {
  about: 'process' | 'file';
  holds(process: ProcessFiles, file: OpenFile): boolean;
  nameOf?: (file: OpenFile) => string | null;
}

function* conditionsOf(command: Command, accounts: Accounts): Blocking<Condition[]> {
  const conditions: Condition[] = [];
  const list = (option: string) => command.options.values(option).flatMap((value) => value.split(','));
  const pids = list('p').map(Number);
  if (pids.length > 0) conditions.push({ about: 'process', holds: ({ pid }) => pids.includes(pid) });
  const users = list('u').map((name) => accounts.user(name)?.uid ?? Number(name));
  if (users.length > 0) conditions.push({ about: 'process', holds: ({ uid }) => users.includes(uid) });
  const commands = list('c');
  if (commands.length > 0) {
    conditions.push({
      about: 'process',
      holds: (process) => commands.some((name) => process.command.startsWith(name)),
    });
  }
  const fds = list('d');
  if (fds.length > 0) conditions.push({ about: 'file', holds: (_, { fd }) => fds.some((one) => fdMatches(one, fd)) });
  for (const value of command.has('i') ? internetValues(command) : []) conditions.push(internet(value));
  if (command.has('U')) conditions.push({ about: 'file', holds: (_, { type }) => type === 'unix' });
  conditions.push(...directories(command), ...(yield* named(command)));
  return conditions;
}

function fdMatches(wanted: string, fd: string): boolean {
  const range = /^(\d+)-(\d+)$/.exec(wanted);
  if (range && /^\d+$/.test(fd)) return Number(fd) >= Number(range[1]) && Number(fd) <= Number(range[2]);
  return wanted === fd;
}

function internetValues(command: Command): string[] {
  const values = command.options.given.filter(({ name }) => name === 'i').map(({ value }) => value ?? '');
  // `-i :8080` is written with a blank, too.
  return values.map((value) =>
    value === '' && /^:\d|^(TCP|UDP|@)/i.test(command.operands[0] ?? '') ? (command.operands.shift() ?? '') : value,
  );
}

function internet(value: string): Condition {
  const [, family = '', protocol = '', host = '', ports = ''] =
    /^([46]?)(TCP|UDP)?(?:@([^:]*))?(?::(.*))?$/i.exec(value) ?? [];
  const wanted = ports.split(',').filter((port) => port !== '');
  return {
    about: 'file',
    holds: (_, { socket }) => {
      if (!socket || (socket.family !== 'inet' && socket.family !== 'inet6')) return false;
      if (family !== '' && (socket.family === 'inet6') !== (family === '6')) return false;
      if (protocol !== '' && socket.protocol !== protocol.toLowerCase()) return false;
      if (host !== '' && socket.local !== host && socket.remote !== host) return false;
      return wanted.length === 0 || wanted.some((port) => [socket.localPort, socket.remotePort].includes(Number(port)));
    },
  };
}

function directories(command: Command): Condition[] {
  const inside = (value: string, deep: boolean): Condition => {
    const base = value.replace(/\/+$/, '');
    return {
      about: 'file',
      holds: (_, { name }) => {
        if (name === base) return true;
        return name.startsWith(`${base}/`) && (deep || !name.slice(base.length + 1).includes('/'));
      },
    };
  };
  return [
    ...command.options.values('plus-D').map((value) => inside(value, true)),
    ...command.options.values('plus-d').map((value) => inside(value, false)),
  ];
}

/** Files that are named; a mount point means its whole filesystem. */
function* named(command: Command): Blocking<Condition[]> {
  const { sys } = command;
  const conditions: Condition[] = [];
  const mounts = yield* mountPoints(sys);
  for (const name of command.operands) {
    let wanted: Stat;
    try {
      wanted = sys.stat(name);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* writeAll(sys, 2, `lsof: status error on ${name}: No such file or directory\n`);
      command.status = 1;
      continue;
    }
    const whole = mounts.includes(name.replace(/(.)\/+$/, '$1'));
    const same = ({ stat }: OpenFile) =>
      stat !== null &&
      stat.dev.major === wanted.dev.major &&
      stat.dev.minor === wanted.dev.minor &&
      (whole || stat.ino === wanted.ino);
    conditions.push({
      about: 'file',
      holds: (_, file) => same(file),
      nameOf: (file) => (!whole && same(file) ? name : null),
    });
  }
  if (command.operands.length > 0 && conditions.length === 0) throw new Quit(1);
  return conditions;
}

function* mountPoints(sys: Sys): Blocking<string[]> {
  const text = yield* readFile(sys, '/proc/self/mountinfo');
  return text.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
}

/** Mount points that something else covers cannot be looked at. */
function* warnOfHidden(command: Command): Blocking<void> {
  const onlySockets = command.has('i') && command.operands.length === 0;
  if (command.has('w') || onlySockets) return;
  const { sys } = command;
  for (const line of (yield* readFile(sys, '/proc/self/mountinfo')).split('\n')) {
    const fields = line.split(' ');
    const [point, type] = [fields[4], fields[fields.indexOf('-') + 1]];
    if (point === undefined || isThere(sys, point)) continue;
    yield* writeAll(
      sys,
      2,
      `lsof: WARNING: can't stat() ${type} file system ${point}\n      Output information may be incomplete.\n`,
    );
  }
}

function isThere(sys: Sys, path: string): boolean {
  try {
    sys.stat(path);
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function choose(command: Command, process: ProcessFiles, conditions: readonly Condition[]): Found[] {
  const state = command.value('s') === null ? null : /^TCP:(.*)$/i.exec(command.value('s') ?? '')?.[1];
  return process.files.flatMap((file) => {
    const isWanted =
      conditions.length === 0 ||
      (command.has('a')
        ? conditions.every((condition) => condition.holds(process, file))
        : conditions.some((condition) => condition.holds(process, file)));
    if (!isWanted) return [];
    if (state && file.socket?.protocol === 'tcp' && !state.split(',').includes(stateOf(file.socket))) return [];
    const name = conditions.map(({ nameOf }) => nameOf?.(file) ?? null).find((one) => one !== null) ?? file.name;
    return [{ process, file, name }];
  });
}

function* socketNames(command: Command): Blocking<SocketNames> {
  const services = command.has('P') ? '' : yield* textOf(command.sys, '/etc/services');
  const hosts = command.has('n') ? '' : yield* textOf(command.sys, '/etc/hosts');
  const ports = new Map(
    [...services.matchAll(/^(\S+)\s+(\d+\/\w+)/gm)].map(([, name = '', port = '']) => [port, name]),
  );
  const addresses = new Map(
    [...hosts.matchAll(/^([^#\s]+)\s+(\S+)/gm)].map(([, address = '', name = '']) => [address, name]),
  );
  return {
    port: (port, protocol) => ports.get(`${port}/${protocol}`) ?? String(port),
    host: (address) => addresses.get(address) ?? address,
  };
}

function* textOf(sys: Sys, path: string): Blocking<string> {
  try {
    return yield* readFile(sys, path);
  } catch (error) {
    if (isSysError(error)) return '';
    throw error;
  }
}

function* print(command: Command, accounts: Accounts, found: readonly Found[]): Blocking<void> {
  if (command.has('t')) {
    for (const pid of new Set(found.map(({ process }) => process.pid))) yield* command.line(String(pid));
    return;
  }
  if (command.has('F')) return yield* printFields(command, found);
  if (found.length === 0) return;
  const rows = found.map(({ process, file, name }) => [
    process.command.slice(0, 9),
    String(process.pid),
    command.has('l') ? String(process.uid) : accounts.userName(process.uid).slice(0, 8),
    `${file.fd.padStart(4)}${file.access} `,
    file.type,
    file.device,
    file.size,
    file.node,
    name,
  ]);
  const table = [['COMMAND', 'PID', 'USER', '  FD  ', 'TYPE', 'DEVICE', 'SIZE/OFF', 'NODE', 'NAME'], ...rows];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0))) ?? [];
  for (const row of table) {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : at === 8 ? cell : cell.padStart(widths[at] ?? 0),
    );
    yield* command.line(cells.join(' '));
  }
}

/** One field a line: `p` the process, then for every file `f` and what else was asked for. */
function* printFields(command: Command, found: readonly Found[]): Blocking<void> {
  const fields = command.value('F') ?? 'pcfn';
  const asked = fields === '' ? 'pcfn' : fields;
  let last = 0;
  for (const { process, file, name } of found) {
    if (process.pid !== last) {
      yield* command.line(`p${process.pid}`);
      if (asked.includes('c')) yield* command.line(`c${process.command}`);
      last = process.pid;
    }
    if (asked === 'p') continue;
    yield* command.line(`f${file.fd}`);
    if (asked.includes('t')) yield* command.line(`t${file.type}`);
    if (asked.includes('n')) yield* command.line(`n${name}`);
  }
}
