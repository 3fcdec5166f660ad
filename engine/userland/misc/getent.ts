/** getent(1): entries of the databases the C library reads: users, groups, hosts, services. */
import { type Blocking, bare, parseIp, type Sys } from '../../kernel/sim';
import { type Command, makeCommand, Quit } from '../lib/command';
import { type HostLine, readHosts } from '../lib/hosts';
import { readFileOrNull, writeAll } from '../lib/io';
import { Accounts } from '../lib/users';
import { ownAddressesOf, ownNameOf } from '../net/own-names';

const [unknownDatabase, notFound] = [1, 2];

const usage = `Usage: getent [OPTION...] database [key ...]
Get entries from administrative database.

  -s, --service=CONFIG   where to look (there are only files here)
  -i, --no-idn           (nothing)
  -?, --help
  -V, --version
`;

export const getent = makeCommand({
  name: 'getent',
  options: [
    { short: 's', long: 'service', value: 'required' },
    { short: 'i', long: 'no-idn' },
  ],
  usage,
  version: 'getent (Debian GLIBC 2.36-9+deb12u14) 2.36',
  helpLetter: '?',
  usageStatus: 64,
  stopAtOperand: true,
  *run(command) {
    const { sys } = command;
    const [database, ...keys] = command.operands;
    if (database === undefined) return yield* complain(command, 'wrong number of arguments');
    const lookUp = databases[database];
    if (!lookUp) {
      yield* writeAll(
        sys,
        2,
        `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
      );
      return unknownDatabase;
    }
    const all = yield* lookUp(sys, keys);
    for (const lines of all) for (const line of lines ?? []) yield* command.line(line);
    return all.some((lines) => lines === null) ? notFound : 0;
  },
});

function* complain(command: Command, text: string): Blocking<number> {
  yield* writeAll(command.sys, 2, `getent: ${text}\nTry \`getent --help' or \`getent --usage' for more information.\n`);
  throw new Quit(1);
}

/** For every key its lines, null when there is no such entry; without keys all there are. */
type LookUp = (sys: Sys, keys: readonly string[]) => Blocking<Array<string[] | null>>;

function* linesOf(sys: Sys, path: string): Blocking<string[]> {
  const text = (yield* readFileOrNull(sys, path)) ?? '';
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trimEnd());
  return lines.filter((line) => line !== '');
}

/** Files with colons: by name, or by the number in a field. */
function colons(path: string, numberField: number | null): LookUp {
  return function* (sys, keys) {
    const lines = yield* linesOf(sys, path);
    if (keys.length === 0) return [lines];
    return keys.map((key) => {
      const field = numberField !== null && /^\d+$/.test(key) ? numberField : 0;
      const found = lines.find((line) => line.split(':')[field] === key);
      return found === undefined ? null : [found];
    });
  };
}

/** Files with blanks: a name, a number, more names. */
function blanks(path: string, show: (fields: readonly string[]) => string): LookUp {
  return function* (sys, keys) {
    const entries = (yield* linesOf(sys, path)).map((line) => line.trim().split(/\s+/));
    if (keys.length === 0) return [entries.map(show)];
    return keys.map((key) => {
      const [name = '', protocol] = key.split('/');
      const found = entries.find(([first = '', second = '', ...more]) => {
        const names = [first, ...more, second.split('/')[0] ?? ''];
        return names.includes(name) && (protocol === undefined || second.endsWith(`/${protocol}`));
      });
      return found ? [show(found)] : null;
    });
  };
}

function* hosts(sys: Sys, keys: readonly string[]): Blocking<Array<string[] | null>> {
  const known = yield* readHosts(sys);
  const show = ({ address, names }: HostLine) => `${address.padEnd(15)} ${names.join(' ')}`;
  // gethostent(3) has IPv4 addresses only.
  if (keys.length === 0)
    return [known.map((host) => show(host.address === '::1' ? { ...host, address: '127.0.0.1' } : host))];
  return keys.map((key) => {
    const found = known.filter(({ address, names }) => address === key || names.includes(key));
    const six = found.filter(({ address }) => address.includes(':'));
    if (six.length > 0) return six.map(show);
    const own = isNumeric(key) ? byOwnAddress(sys, found, key) : ownHosts(sys, key, 'inet6');
    const chosen = own.length > 0 ? own : found.length > 0 ? found : ownHosts(sys, key, 'inet');
    return chosen.length > 0 ? chosen.map(show) : null;
  });
}

function isNumeric(key: string): boolean {
  return parseIp(key) !== null;
}

function byOwnAddress(sys: Sys, found: readonly HostLine[], address: string): HostLine[] {
  const name = found.length > 0 ? null : ownNameOf(sys, address);
  return name === null ? [] : [{ address, names: [name] }];
}

function ownHosts(sys: Sys, name: string, family: 'inet' | 'inet6'): HostLine[] {
  return ownAddressesOf(sys, name, family).map(({ text, names }) => ({ address: text, names: [...names] }));
}

/** All addresses of a name, each with the kinds of sockets. A family of which the Machine has no address is not asked for. */
function addresses(family: 4 | 6 | null): LookUp {
  return function* (sys, keys) {
    const known = yield* readHosts(sys);
    if (family !== null && !hasAddress(sys, family === 4 ? 'inet' : 'inet6')) return keys.map(() => null);
    return keys.map((key) => {
      const { addresses: found, name } = addressesOf(sys, known, key);
      const chosen = inFamily(found, family);
      return chosen.length === 0 ? null : chosen.flatMap((address, at) => kindsOf(address, at === 0 ? name : ''));
    });
  };
}

const socketKinds = ['STREAM', 'DGRAM', 'RAW'];

/** The name is told once, beside the first. */
function kindsOf(address: string, name: string): string[] {
  return socketKinds.map((kind, index) => {
    const last = index === 0 ? `${kind} ${name}` : kind.padEnd(7);
    return `${address.padEnd(15)} ${last}`;
  });
}

function hasAddress(sys: Sys, family: 'inet' | 'inet6'): boolean {
  return sys.addresses().some((one) => one.family === family && one.scope !== 'host');
}

function addressesOf(sys: Sys, known: readonly HostLine[], key: string): { addresses: string[]; name: string } {
  if (isNumeric(key)) return { addresses: [key], name: key };
  const written = known.filter(({ names }) => names.includes(key));
  if (written.length > 0)
    return { addresses: sixFirst(written.map(({ address }) => address)), name: written[0]?.names[0] ?? key };
  const own = ownAddressesOf(sys, key, null);
  // What is on the same link is tried first.
  const nearest = [...own.filter(({ scope }) => scope !== null), ...own.filter(({ scope }) => scope === null)];
  const indexes = new Map(sys.links().map((link) => [link.name, link.index]));
  const shown = nearest.map(({ text, scope }) => (scope === null ? text : `${text}%${indexes.get(scope) ?? 0}`));
  return { addresses: shown, name: own[0]?.names[0] ?? key };
}

function sixFirst(all: readonly string[]): string[] {
  return [...all.filter((one) => one.includes(':')), ...all.filter((one) => !one.includes(':'))];
}

/** Asked for IPv6, those of IPv4 are told in its form, where there are no others. */
function inFamily(all: readonly string[], family: 4 | 6 | null): string[] {
  if (family === null) return [...all];
  const four = all.filter((one) => !one.includes(':'));
  if (family === 4) return four;
  const six = all.filter((one) => one.includes(':'));
  return six.length > 0 ? six : four.map((one) => `::ffff:${one}`);
}

function* initgroups(sys: Sys, keys: readonly string[]): Blocking<Array<string[] | null>> {
  const accounts = yield* Accounts.load(sys);
  return keys.map((key) => {
    const groups = accounts.groups.filter(({ members }) => members.includes(key)).map(({ gid }) => ` ${gid}`);
    return [`${key.padEnd(21)}${groups.join('')}`];
  });
}

function* nobody(_sys: Sys, keys: readonly string[]): Blocking<Array<string[] | null>> {
  return keys.map(() => null);
}

const column = (name: string) => name.padEnd(21);

const databases: Readonly<Record<string, LookUp>> = bare({
  ahosts: addresses(null),
  ahostsv4: addresses(4),
  ahostsv6: addresses(6),
  aliases: nobody,
  ethers: nobody,
  group: colons('/etc/group', 2),
  gshadow: colons('/etc/gshadow', null),
  hosts,
  initgroups,
  netgroup: nobody,
  networks: blanks('/etc/networks', ([name = '', address = '']) => `${column(name)} ${address}`),
  passwd: colons('/etc/passwd', 2),
  protocols: blanks(
    '/etc/protocols',
    ([name = '', number = '', ...more]) => `${column(name)} ${[number, ...more].join(' ')}`,
  ),
  rpc: nobody,
  services: blanks(
    '/etc/services',
    ([name = '', port = '', ...more]) => `${column(name)} ${[port, ...more].join(' ')}`,
  ),
  shadow: colons('/etc/shadow', null),
});
