/** lsof(8): open files, and who has them open. */
import { type Blocking, isSysError, type Stat, type Sys } from '../../../kernel/sim';
import { type Command, Fatal, makeCommand, Quit } from '../../lib/command';
import { readHosts } from '../../lib/hosts';
import { writeAll } from '../../lib/io';
import { readMounts } from '../../lib/mountinfo';
import { processNumbers } from '../../lib/processes';
import { canonicalPath } from '../../lib/realpath';
import { exists, isDirectory } from '../../lib/stat';
import { Accounts } from '../../lib/users';
import { Services } from '../../net/names';
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
    { short: 'g', value: 'optional' },
    { short: 'i', value: 'optional' },
    { short: 'l' },
    { short: 'n' },
    { short: 'o' },
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
  rewrite: (args) => joinValues(plusOptions(args)),
  *run(command) {
    if (command.has('v')) {
      yield* writeAll(command.sys, 2, 'lsof version information:\n    revision: 4.95.0\n');
      return 0;
    }
    const accounts = yield* Accounts.load(command.sys);
    const conditions = conditionsOf(command, accounts);
    yield* warnOfHidden(command);
    conditions.push(...(yield* named(command)));
    const sockets = new Map(command.sys.sockets().map((socket) => [socket.inode, socket]));
    const names = yield* socketNames(command);
    const found: Found[] = [];
    for (const pid of processNumbers(command.sys)) {
      const process = yield* readProcess(command.sys, pid, sockets, names);
      if (process) found.push(...choose(command, process, conditions));
      yield* command.sys.checkpoint();
    }
    yield* print(command, accounts, found);
    return conditions.some((condition) => condition.isMissed?.() ?? false) ? 1 : command.status;
  },
});

/** `+D DIR` is an option, too. */
function plusOptions(args: readonly string[]): string[] {
  return args.map((arg) => {
    const match = /^\+([dD])(.*)$/.exec(arg);
    return match ? `--plus-${match[1]}${match[2] === '' ? '' : `=${match[2]}`}` : arg;
  });
}

/** What may have a value has the next word, unless that is an option. */
function joinValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [arg = '', next] = [args[at], args[at + 1]];
    const takesValue = /^-[alnoPRtUvVw]*[Fgis]$/.test(arg) && next !== undefined && !/^[-+]/.test(next);
    joined.push(takesValue ? arg + next : arg);
    if (takesValue) at++;
  }
  return joined;
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
  /** Whether part of what was asked for has not been found. */
  isMissed?(): boolean;
  nameOf?: (file: OpenFile) => string | null;
}

function conditionsOf(command: Command, accounts: Accounts): Condition[] {
  const conditions: Condition[] = [];
  const list = (option: string) => command.options.values(option).flatMap((value) => value.split(','));
  const pids = list('p');
  if (pids.length > 0) conditions.push(listed(pids, ({ pid }) => String(pid)));
  const groups = list('g');
  if (groups.length > 0) conditions.push(listed(groups, ({ pgid }) => String(pgid)));
  const users = list('u');
  const unknown = users.find((name) => userOf(accounts, name) === null);
  if (unknown !== undefined) throw new Fatal(`can't get UID for ${unknown.replace('^', '')}`);
  if (users.length > 0) {
    const numbers = users.map((name) => userOf(accounts, name) ?? '');
    conditions.push({ ...listed(numbers, ({ uid }) => String(uid)), isMissed: () => false });
  }
  const commands = list('c');
  if (commands.length > 0) conditions.push(listed(commands, ({ command: name }) => name, 'beginning'));
  const fds = list('d');
  if (fds.length > 0) conditions.push({ about: 'file', holds: (_, { fd }) => fds.some((one) => fdMatches(one, fd)) });
  for (const value of command.has('i') ? internetValues(command) : []) conditions.push(internet(value));
  if (command.has('U')) conditions.push({ about: 'file', holds: (_, { type }) => type === 'unix' });
  conditions.push(...directories(command));
  return conditions;
}

/** A number or a name of a user, as a number; `^` in front stays. */
function userOf(accounts: Accounts, text: string): string | null {
  const [, not = '', name = ''] = /^(\^?)(.*)$/.exec(text) ?? [];
  const uid = accounts.user(name)?.uid ?? (/^\d+$/.test(name) ? Number(name) : null);
  return uid === null ? null : `${not}${uid}`;
}

/** One of several, or none of those with a `^` in front. */
function listed(
  wanted: readonly string[],
  of: (process: ProcessFiles) => string,
  how: 'all' | 'beginning' = 'all',
): Condition {
  const [not, some] = [wanted.filter((one) => one.startsWith('^')), wanted.filter((one) => !one.startsWith('^'))];
  const missed = new Set(some);
  const fits = (one: string, text: string) => (how === 'all' ? text === one : text.startsWith(one));
  return {
    about: 'process',
    holds: (process) => {
      const text = of(process);
      if (not.some((one) => fits(one.slice(1), text))) return false;
      const found = some.find((one) => fits(one, text));
      if (found !== undefined) missed.delete(found);
      return some.length === 0 || found !== undefined;
    },
    isMissed: () => missed.size > 0,
  };
}

function fdMatches(wanted: string, fd: string): boolean {
  const range = /^(\d+)-(\d+)$/.exec(wanted);
  if (range && /^\d+$/.test(fd)) return Number(fd) >= Number(range[1]) && Number(fd) <= Number(range[2]);
  return wanted === fd;
}

function internetValues(command: Command): string[] {
  return command.options.given.filter(({ name }) => name === 'i').map(({ value }) => value ?? '');
}

function internet(value: string): Condition {
  const match = /^([46]?)(TCP|UDP)?(?:@([^:]*))?(?::(.*))?$/i.exec(value);
  if (!match) throw new Fatal(`unknown protocol name (${value}) in: -i ${value}`);
  const [, family = '', protocol = '', host = '', ports = ''] = match;
  const wanted = ports.split(',').filter((port) => port !== '');
  return noticing({
    about: 'file',
    holds: (_, { socket }) => {
      if (!socket || (socket.family !== 'inet' && socket.family !== 'inet6')) return false;
      if (family !== '' && (socket.family === 'inet6') !== (family === '6')) return false;
      if (protocol !== '' && socket.protocol !== protocol.toLowerCase()) return false;
      if (host !== '' && socket.local !== host && socket.remote !== host) return false;
      return wanted.length === 0 || wanted.some((port) => [socket.localPort, socket.remotePort].includes(Number(port)));
    },
  });
}

/** It has been missed when it has held for nothing. */
function noticing(condition: Condition): Condition {
  let isMissed = true;
  return {
    ...condition,
    holds: (process, file) => {
      const holds = condition.holds(process, file);
      if (holds) isMissed = false;
      return holds;
    },
    isMissed: () => isMissed,
  };
}

function directories({ sys, options }: Command): Condition[] {
  const inside = (value: string, isDeep: boolean): Condition => {
    const base = canonicalPath(sys, value, 'nothing').replace(/\/+$/, '');
    const shown = value.replace(/\/+$/, '');
    const missed = new Set([base, ...below(sys, base, isDeep)]);
    return {
      about: 'file',
      holds: (_, { name }) => {
        const isInside = name === base || name.startsWith(`${base}/`);
        if (!isInside || (!isDeep && name.slice(base.length + 1).includes('/'))) return false;
        missed.delete(name);
        return true;
      },
      isMissed: () => missed.size > 0,
      nameOf: ({ name }) =>
        name === base || name.startsWith(`${base}/`) ? `${shown}${name.slice(base.length)}` : null,
    };
  };
  return [
    ...options.values('plus-D').map((value) => inside(value, true)),
    ...options.values('plus-d').map((value) => inside(value, false)),
  ];
}

function below(sys: Sys, directory: string, isDeep: boolean): string[] {
  try {
    const names = sys.readdir(directory).map(({ name }) => name);
    return names
      .filter((name) => name !== '.' && name !== '..')
      .map((name) => `${directory}/${name}`)
      .flatMap((path) => (isDeep && isDirectory(sys.lstat(path)) ? [path, ...below(sys, path, true)] : [path]));
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
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
    conditions.push(
      noticing({
        about: 'file',
        holds: (_, file) => same(file),
        nameOf: (file) => (!whole && same(file) ? name : null),
      }),
    );
  }
  if (command.operands.length > 0 && conditions.length === 0) throw new Quit(1);
  return conditions;
}

function* mountPoints(sys: Sys): Blocking<string[]> {
  return (yield* readMounts(sys)).map(({ target }) => target);
}

/** Mount points that something else covers cannot be looked at. */
function* warnOfHidden(command: Command): Blocking<void> {
  const onlySockets = command.has('i') && command.operands.length === 0;
  if (command.has('w') || command.has('t') || onlySockets) return;
  const { sys } = command;
  for (const { target, type } of yield* readMounts(sys)) {
    if (exists(sys, target)) continue;
    yield* writeAll(
      sys,
      2,
      `lsof: WARNING: can't stat() ${type} file system ${target}\n      Output information may be incomplete.\n`,
    );
  }
}

function choose(command: Command, process: ProcessFiles, conditions: readonly Condition[]): Found[] {
  const state = command.value('s') === null ? null : /^TCP:(.*)$/i.exec(command.value('s') ?? '')?.[1];
  return process.files.flatMap((file) => {
    const isWanted =
      conditions.length === 0 ||
      (command.has('a')
        ? conditions.every((condition) => condition.holds(process, file))
        : holdingOf(conditions, process, file).length > 0);
    if (!isWanted) return [];
    if (state && file.socket?.protocol === 'tcp' && !state.split(',').includes(stateOf(file.socket))) return [];
    const name = conditions.map(({ nameOf }) => nameOf?.(file) ?? null).find((one) => one !== null) ?? file.name;
    return [{ process, file, name }];
  });
}

/** All are asked, so that each knows whether it has held for anything. */
function holdingOf(conditions: readonly Condition[], process: ProcessFiles, file: OpenFile): Condition[] {
  return conditions.filter((condition) => condition.holds(process, file));
}

function* socketNames(command: Command): Blocking<SocketNames> {
  const services = command.has('P') ? null : yield* Services.load(command.sys);
  const hosts = command.has('n') ? [] : yield* readHosts(command.sys);
  return {
    port: (port, protocol) => services?.name(port, protocol) ?? String(port),
    host: (address) => hosts.find((host) => host.address === address)?.names[0] ?? address,
  };
}

function* print(command: Command, accounts: Accounts, found: readonly Found[]): Blocking<void> {
  if (command.has('t')) {
    for (const pid of new Set(found.map(({ process }) => process.pid))) yield* command.line(String(pid));
    return;
  }
  if (command.has('F')) return yield* printFields(command, accounts, found);
  if (found.length === 0) return;
  const rows = found.map(({ process, file, name }) => [
    process.command.slice(0, 9),
    String(process.pid),
    ...(command.has('R') ? [String(process.ppid)] : []),
    ...(command.has('g') ? [String(process.pgid)] : []),
    command.has('l') ? String(process.uid) : accounts.userName(process.uid).slice(0, 8),
    `${file.fd.padStart(4)}${file.access} `,
    file.type,
    file.device,
    command.has('o') ? file.offset : file.size,
    file.node,
    name,
  ]);
  const head = [
    'COMMAND',
    'PID',
    ...(command.has('R') ? ['PPID'] : []),
    ...(command.has('g') ? ['PGID'] : []),
    command.has('l') ? '    USER' : 'USER',
    '  FD  ',
    'TYPE',
    'DEVICE',
    command.has('o') ? 'OFFSET' : 'SIZE/OFF',
    'NODE',
    'NAME',
  ];
  const table = [head, ...rows];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0))) ?? [];
  for (const row of table) {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : at === head.length - 1 ? cell : cell.padStart(widths[at] ?? 0),
    );
    yield* command.line(cells.join(' '));
  }
}

/** One field a line, or with `0` one process or file a line: those of the process, then those of each file. */
function* printFields(command: Command, accounts: Accounts, found: readonly Found[]): Blocking<void> {
  const asked = command.value('F') ?? '';
  const byNull = asked.includes('0');
  const letters = asked.replace('0', '');
  const line = (fields: ReadonlyArray<readonly [letter: string, text: string | null]>) => {
    const shown = fields.flatMap(([letter, text]) => {
      const isAsked = letters === '' ? !letter.startsWith('T') || letter === 'T' : letters.includes(letter.slice(0, 1));
      return text !== null && isAsked ? [letter + text] : [];
    });
    if (shown.length === 0) return '';
    return byNull ? `${shown.map((field) => `${field}\0`).join('')}\n` : shown.map((field) => `${field}\n`).join('');
  };
  let last = 0;
  for (const { process, file, name } of found) {
    if (process.pid !== last) {
      const fields = line([
        ['g', String(process.pgid)],
        ['R', String(process.ppid)],
        ['c', process.command],
        ['u', String(process.uid)],
        ['L', accounts.userName(process.uid)],
      ]);
      // The number is there whether it is asked for or not.
      yield* command.out.write(`p${process.pid}${byNull ? '\0' : '\n'}${byNull && fields === '' ? '\n' : ''}${fields}`);
      last = process.pid;
    }
    yield* command.out.write(line(fieldsOf(file, name)));
  }
}

function fieldsOf(file: OpenFile, name: string): Array<readonly [string, string | null]> {
  const { socket, stat } = file;
  const isInternet = socket?.family === 'inet' || socket?.family === 'inet6';
  const isSized = !file.size.startsWith('0t');
  return [
    ['f', file.fd],
    ['a', file.access],
    ['l', ' '],
    ['t', file.type],
    ['D', socket || !stat ? null : `0x${(stat.dev.major * 256 + stat.dev.minor).toString(16)}`],
    ['d', socket ? file.device : null],
    ['s', isSized ? file.size : null],
    ['o', isSized ? null : file.offset],
    ['i', socket || !stat ? null : file.node],
    ['k', socket || !stat ? null : String(stat.nlink)],
    ['P', isInternet ? file.node : null],
    ['n', isInternet ? name.replace(/ \([A-Z0-9_]+\)$/, '') : name],
    ['T', socket?.protocol === 'tcp' ? `ST=${stateOf(socket)}` : null],
  ];
}
