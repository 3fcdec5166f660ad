/** lsof(8): open files, and who has them open. */

import type { Blocking } from '../../../kernel/sim';
import { type Command, makeCommand } from '../../lib/command';
import { readHosts } from '../../lib/hosts';
import { writeAll } from '../../lib/io';
import { readMounts } from '../../lib/mountinfo';
import { processNumbers } from '../../lib/processes';
import { exists } from '../../lib/stat';
import { Accounts } from '../../lib/users';
import { Services } from '../../net/names';
import { type Condition, conditionsOf, holdingOf, named } from './conditions';
import { type ProcessFiles, readProcess, type SocketNames, stateOf } from './files';
import { type Found, print } from './print';

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

function* socketNames(command: Command): Blocking<SocketNames> {
  const services = command.has('P') ? null : yield* Services.load(command.sys);
  const hosts = command.has('n') ? [] : yield* readHosts(command.sys);
  return {
    port: (port, protocol) => services?.name(port, protocol) ?? String(port),
    host: (address) => hosts.find((host) => host.address === address)?.names[0] ?? address,
  };
}
