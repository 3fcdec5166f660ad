/** setfacl(1): changes who may do what with files. */
import { type Blocking, isSysError, type Stat, strerror } from '../../../kernel/sim';
import { type Command, makeCommand, Quit } from '../../lib/command';
import { readFile, writeAll } from '../../lib/io';
import { isDirectory, isLink } from '../../lib/stat';
import { Accounts } from '../../lib/users';
import { type Entry, fromMode, type Kind, readList, removeList, type Tag, withMask, writeList } from './entries';

const usage = `setfacl 2.3.1 -- set file access control lists
Usage: setfacl [-bkndRLP] { -m|-M|-x|-X ... } file ...
  -m, --modify=acl        change or add entries
  -M, --modify-file=file  the same, from a file
  -x, --remove=acl        remove entries
  -X, --remove-file=file  the same, from a file
  -b, --remove-all        only the basic entries stay
  -k, --remove-default    the default list goes
      --set=acl           these instead of those there are
      --mask              work the mask out, even if one is given
  -n, --no-mask           leave the mask as it is
  -d, --default           about the default list
  -R, --recursive         directories with all that is in them
      --test              show what would be
  -v, --version
  -h, --help
`;

interface Change {
  what: 'set' | 'remove' | 'replace' | 'clear' | 'clear-default';
  entries: Array<Entry & { kind: Kind; keepX: boolean }>;
}

export const setfacl = makeCommand({
  name: 'setfacl',
  options: [
    { short: 'm', long: 'modify', value: 'required' },
    { short: 'M', long: 'modify-file', value: 'required' },
    { short: 'x', long: 'remove', value: 'required' },
    { short: 'X', long: 'remove-file', value: 'required' },
    { long: 'set', value: 'required' },
    { long: 'set-file', value: 'required' },
    { short: 'b', long: 'remove-all' },
    { short: 'k', long: 'remove-default' },
    { long: 'mask' },
    { short: 'n', long: 'no-mask' },
    { short: 'd', long: 'default' },
    { short: 'R', long: 'recursive' },
    { short: 'L', long: 'logical' },
    { short: 'P', long: 'physical' },
  ],
  usage,
  version: 'setfacl 2.3.1',
  versionLetter: 'v',
  usageStatus: 2,
  afterMistake: 'hint',
  *run(command) {
    const accounts = yield* Accounts.load(command.sys);
    const changes = yield* changesOf(command, accounts);
    if (changes.length === 0 || command.operands.length === 0) {
      const hint =
        "Usage: setfacl [-bkndRLP] { -m|-M|-x|-X ... } file ...\nTry `setfacl --help' for more information.\n";
      yield* writeAll(command.sys, 2, hint);
      throw new Quit(2);
    }
    for (const path of command.operands) yield* visit(command, changes, path);
  },
});

function* changesOf(command: Command, accounts: Accounts): Blocking<Change[]> {
  const changes: Change[] = [];
  const isDefault = command.has('default');
  for (const { name, value } of command.options.given) {
    const file = name.endsWith('-file')
      ? (yield* readFile(command.sys, value ?? '')).replace(/#.*$/gm, '').trim().split(/\s+/).join(',')
      : null;
    const list = file ?? value ?? '';
    const option = name.replace('-file', '');
    if (option === 'modify' || option === 'set') {
      const entries = yield* parseList(command, accounts, list, 'm', isDefault);
      changes.push({ what: option === 'set' ? 'replace' : 'set', entries });
    } else if (option === 'remove') {
      changes.push({ what: 'remove', entries: yield* parseList(command, accounts, list, 'x', isDefault) });
    } else if (name === 'remove-all') changes.push({ what: 'clear', entries: [] });
    else if (name === 'remove-default') changes.push({ what: 'clear-default', entries: [] });
  }
  return changes;
}

/** `u:learner:rw,d:g::r-x,m:rx` */
function* parseList(
  command: Command,
  accounts: Accounts,
  text: string,
  option: 'm' | 'x',
  isDefault: boolean,
): Blocking<Change['entries']> {
  const entries: Change['entries'] = [];
  let at = 0;
  for (const item of text.split(',')) {
    const parsed = parseEntry(accounts, item.trim(), option, isDefault);
    if (typeof parsed === 'number') {
      yield* command.warn(`Option -${option}: Invalid argument near character ${at + parsed + 1}`);
      throw new Quit(2);
    }
    entries.push(parsed);
    at += item.length + 1;
  }
  return entries;
}

/** An entry; or where in the text it goes wrong. */
function parseEntry(
  accounts: Accounts,
  item: string,
  option: 'm' | 'x',
  isDefault: boolean,
): Change['entries'][number] | number {
  const prefix = /^d(efault)?:/.exec(item)?.[0] ?? '';
  const fields = item.slice(prefix.length).split(':');
  const kind: Kind = isDefault || prefix !== '' ? 'default' : 'access';
  const word = fields[0] ?? '';
  const shape = /^(u(ser)?|g(roup)?|m(ask)?|o(ther)?)$/.exec(word);
  if (!shape) return prefix.length;
  const isUser = word.startsWith('u');
  const isNamed = isUser || word.startsWith('g');
  // The mask and the others may leave their empty name out.
  const [name = '', rights = ''] =
    !isNamed && fields.length === 2 && fields[1] !== '' ? ['', fields[1]] : fields.slice(1);
  const start = prefix.length + word.length + 1;
  let id = -1;
  if (isNamed && name !== '') {
    const known = isUser ? accounts.user(name)?.uid : accounts.group(name)?.gid;
    if (known === undefined && !/^\d+$/.test(name)) return start;
    id = known ?? Number(name);
  }
  if (option === 'm' && !/^([rwxX-]*|[0-7])$/.test(rights)) return start + name.length + 1;
  const tag: Tag = isUser
    ? id < 0
      ? 'user-obj'
      : 'user'
    : word.startsWith('g')
      ? id < 0
        ? 'group-obj'
        : 'group'
      : word.startsWith('m')
        ? 'mask'
        : 'other';
  return { tag, id, bits: bitsOf(rights), kind, keepX: rights.includes('X') };
}

function bitsOf(rights: string): number {
  if (/^[0-7]$/.test(rights)) return Number(rights);
  return (rights.includes('r') ? 4 : 0) | (rights.includes('w') ? 2 : 0) | (rights.includes('x') ? 1 : 0);
}

function* visit(command: Command, changes: readonly Change[], path: string): Blocking<void> {
  const { sys } = command;
  let stat: Stat;
  try {
    stat = sys.stat(path);
    apply(command, changes, path, stat);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* command.fail(`${path}: ${strerror(error.errno)}`);
  }
  if (!command.has('recursive') || !isDirectory(stat)) return;
  for (const { name } of sys.readdir(path)) {
    if (name === '.' || name === '..' || isLink(sys.lstat(`${path}/${name}`))) continue;
    yield* visit(command, changes, `${path}/${name}`);
  }
}

function apply(command: Command, changes: readonly Change[], path: string, stat: Stat): void {
  const { sys } = command;
  const takesDefaults = isDirectory(stat);
  for (const change of changes) {
    if (change.what === 'clear' || change.what === 'clear-default') {
      removeList(sys, path, 'default');
      if (change.what === 'clear') clear(command, path, stat);
      continue;
    }
    for (const kind of ['access', 'default'] as const) {
      const wanted = change.entries.filter((entry) => entry.kind === kind);
      if (wanted.length === 0 || (kind === 'default' && !takesDefaults)) continue;
      const before = readList(sys, path, kind) ?? (kind === 'access' ? fromMode(stat.mode) : []);
      const start = change.what === 'replace' ? [] : before.length > 0 ? before : fromMode(stat.mode);
      writeList(
        sys,
        path,
        kind,
        changed(command, start, wanted, change.what === 'remove', takesDefaults || (stat.mode & 0o111) !== 0),
      );
    }
  }
}

function clear({ sys }: Command, path: string, stat: Stat): void {
  const list = readList(sys, path, 'access');
  if (!list) return;
  const group = list.find(({ tag }) => tag === 'group-obj')?.bits ?? 0;
  removeList(sys, path, 'access');
  sys.chmod(path, (stat.mode & 0o7707) | (group << 3));
}

function changed(
  command: Command,
  before: readonly Entry[],
  wanted: Change['entries'],
  removes: boolean,
  mayExecute: boolean,
): Entry[] {
  const same = (a: Entry, b: Entry) => a.tag === b.tag && a.id === b.id;
  const kept = before.filter((entry) => !wanted.some((one) => same(one, entry)));
  const added = removes
    ? []
    : wanted.map(({ tag, id, bits, keepX }): Entry => ({ tag, id, bits: keepX && mayExecute ? bits | 1 : bits }));
  const all = [...kept, ...added];
  const givesMask = wanted.some(({ tag }) => tag === 'mask');
  if (command.has('no-mask') || (givesMask && !command.has('mask'))) return all;
  return withMask(all);
}
