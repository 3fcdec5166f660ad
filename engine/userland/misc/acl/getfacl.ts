/** getfacl(1): shows who may do what with files. */
import { type Blocking, isSysError, S_IFMT, S_ISGID, S_ISUID, S_ISVTX, type Stat, strerror } from '../../../kernel/sim';
import { type Command, makeCommand, Quit } from '../../lib/command';
import { writeAll } from '../../lib/io';
import { isDirectory } from '../../lib/stat';
import { Accounts } from '../../lib/users';
import { type Entry, fromMode, listLines, permissionText, readList } from './entries';

const synopsis = 'Usage: getfacl [-aceEsRLPtpndvh] file ...\n';

const usage = `getfacl 2.3.1 -- get file access control lists
Usage: getfacl [-aceEsRLPtpndvh] file ...
  -a, --access            only the access list
  -d, --default           only the default list
  -c, --omit-header       no comments
  -e, --all-effective     effective rights everywhere
  -E, --no-effective      effective rights nowhere
  -s, --skip-base         nothing of files that have only the basic entries
  -R, --recursive         directories with all that is in them
  -t, --tabular           as a table
  -n, --numeric           numbers instead of names
  -p, --absolute-names    leave the first / of names
  -v, --version
  -h, --help
`;

export const getfacl = makeCommand({
  name: 'getfacl',
  options: [
    { short: 'a', long: 'access' },
    { short: 'd', long: 'default' },
    { short: 'c', long: 'omit-header' },
    { short: 'e', long: 'all-effective' },
    { short: 'E', long: 'no-effective' },
    { short: 's', long: 'skip-base' },
    { short: 'R', long: 'recursive' },
    { short: 'L', long: 'logical' },
    { short: 'P', long: 'physical' },
    { short: 't', long: 'tabular' },
    { short: 'n', long: 'numeric' },
    { short: 'p', long: 'absolute-names' },
  ],
  usage,
  version: 'getfacl 2.3.1',
  versionLetter: 'v',
  usageStatus: 2,
  afterMistake: 'hint',
  *run(command) {
    if (command.operands.length === 0) {
      yield* writeAll(command.sys, 2, `${synopsis}Try \`getfacl --help' for more information.\n`);
      throw new Quit(2);
    }
    const accounts = yield* Accounts.load(command.sys);
    let told = command.has('absolute-names');
    for (const path of command.operands) {
      if (path.startsWith('/') && !told) {
        yield* command.warn("Removing leading '/' from absolute path names");
        told = true;
      }
      yield* visit(command, accounts, path);
    }
  },
});

function* visit(command: Command, accounts: Accounts, path: string): Blocking<void> {
  const { sys } = command;
  let stat: Stat;
  try {
    stat = sys.stat(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* command.fail(`${path}: ${strerror(error.errno)}`);
  }
  yield* show(command, accounts, path, stat);
  if (!command.has('recursive') || !isDirectory(stat)) return;
  const names = sys.readdir(path).map(({ name }) => name);
  for (const name of names.filter((one) => one !== '.' && one !== '..').sort()) {
    if ((sys.lstat(`${path}/${name}`).mode & S_IFMT) === 0o120000) continue;
    yield* visit(command, accounts, `${path}/${name}`);
  }
}

function* show(command: Command, accounts: Accounts, path: string, stat: Stat): Blocking<void> {
  const { sys } = command;
  const named = command.has('numeric') ? null : accounts;
  const access = readList(sys, path, 'access') ?? fromMode(stat.mode);
  const inherited = readList(sys, path, 'default') ?? [];
  if (command.has('skip-base') && access.length === 3 && inherited.length === 0) return;
  const both = command.has('access') === command.has('default');
  if (!command.has('omit-header')) yield* header(command, named, path, stat);
  const style = { all: command.has('all-effective'), aligned: sys.isatty(1) };
  const lines = command.has('tabular')
    ? table(stat, access, inherited, accounts)
    : [
        ...(both || command.has('access') ? listLines(access, named, style) : []),
        ...(both || command.has('default')
          ? listLines(inherited, named, { ...style, prefix: both ? 'default:' : '' })
          : []),
      ];
  for (const line of lines) yield* command.line(line);
  yield* command.line('');
}

function* header(command: Command, accounts: Accounts | null, path: string, stat: Stat): Blocking<void> {
  const shown = command.has('absolute-names') ? path : path.replace(/^\/+/, '') || '.';
  yield* command.line(`# file: ${shown.replaceAll(' ', '\\040').replaceAll('\n', '\\012')}`);
  if (command.has('tabular')) return;
  yield* command.line(`# owner: ${accounts?.userName(stat.uid) ?? stat.uid}`);
  yield* command.line(`# group: ${accounts?.groupName(stat.gid) ?? stat.gid}`);
  const flags = [
    [S_ISUID, 's'],
    [S_ISGID, 's'],
    [S_ISVTX, 't'],
  ] as const;
  if (flags.some(([bit]) => stat.mode & bit)) {
    yield* command.line(`# flags: ${flags.map(([bit, letter]) => (stat.mode & bit ? letter : '-')).join('')}`);
  }
}

/** Owners in capitals; the default list beside the access list. */
function table(stat: Stat, access: readonly Entry[], inherited: readonly Entry[], accounts: Accounts): string[] {
  const title = ({ tag }: Entry) => (tag === 'user-obj' ? 'USER' : tag === 'group-obj' ? 'GROUP' : tag);
  const name = ({ tag, id }: Entry) => {
    if (tag === 'user-obj') return accounts.userName(stat.uid);
    if (tag === 'group-obj') return accounts.groupName(stat.gid);
    return id < 0 ? '' : tag === 'user' ? accounts.userName(id) : accounts.groupName(id);
  };
  const width = Math.max(...access.map((entry) => name(entry).length), 8);
  return access.map((entry) => {
    const other = inherited.find(({ tag, id }) => tag === entry.tag && id === entry.id);
    const second = other ? permissionText(other.bits) : '   ';
    return `${title(entry).padEnd(5)}  ${name(entry).padEnd(width)}  ${permissionText(entry.bits)}  ${second}`;
  });
}
