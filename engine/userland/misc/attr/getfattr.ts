/** getfattr(1) of attr 2.5.1: extended attributes of files. */
import { type Blocking, isSysError, S_IFDIR, S_IFMT, type Sys, strerror } from '../../../kernel/sim';
import { type Command, makeCommand } from '../../lib/command';
import { writeAll } from '../../lib/io';
import { joinPath } from '../../lib/paths';
import { compile } from '../../regex';
import { attributeError, misuse } from './common';
import { encodeValue, isValueEncoding, type ValueEncoding } from './encoding';

const synopsis = 'Usage: getfattr [-hRLP] [-n name|-d] [-e en] [-m pattern] path...\n';

interface Settings {
  name: string | null;
  dump: boolean;
  valuesOnly: boolean;
  encoding: ValueEncoding | null;
  follow: boolean;
  shows: (name: string) => boolean;
}

export const getfattr = makeCommand({
  name: 'getfattr',
  usage: `getfattr 2.5.1 -- get extended attributes
${synopsis}  -n NAME, --name=NAME          this attribute alone
  -d, --dump                    names and values
  -e text|hex|base64, --encoding=...
  -m PATTERN, --match=PATTERN   the names that match; - for all, ^user\\. when left out
  --only-values                 the bytes of the values and nothing else
  -h, --no-dereference          of symbolic links themselves
  --absolute-names              with the leading slash of paths
  -R, --recursive               everything below directories too
`,
  version: 'getfattr 2.5.1',
  helpLetter: '',
  versionLetter: '',
  usageStatus: 2,
  options: [
    { short: 'n', long: 'name', value: 'required' },
    { short: 'd', long: 'dump' },
    { short: 'e', long: 'encoding', value: 'required' },
    { short: 'm', long: 'match', value: 'required' },
    { long: 'only-values' },
    { short: 'h', long: 'no-dereference' },
    { long: 'absolute-names' },
    { long: 'one-file-system' },
    { short: 'R', long: 'recursive' },
    { short: 'L', long: 'logical' },
    { short: 'P', long: 'physical' },
  ],
  *run(command) {
    const settings = read(command);
    if (!settings || command.operands.length === 0) return yield* misuse(command, synopsis);
    let stripped = false;
    for (const path of command.operands) {
      if (path.startsWith('/') && !command.has('absolute-names') && !stripped) {
        stripped = true;
        yield* command.warn("Removing leading '/' from absolute path names");
      }
      const shown = command.has('absolute-names') ? path : path.replace(/^\/+/, '');
      yield* visit(command, settings, path, shown === '' ? '.' : shown);
    }
  },
});

function read(command: Command): Settings | null {
  const encoding = command.value('encoding');
  if (encoding !== null && !isValueEncoding(encoding)) return null;
  const pattern = command.value('match') ?? '^user\\.';
  const regex = pattern === '-' ? null : compile(pattern, { extended: true });
  return {
    name: command.value('name'),
    dump: command.has('dump'),
    valuesOnly: command.has('only-values'),
    encoding,
    follow: !command.has('no-dereference'),
    shows: (name) => regex === null || regex.test(name),
  };
}

function* visit(command: Command, settings: Settings, path: string, shown: string): Blocking<void> {
  const { sys } = command;
  try {
    yield* show(command, settings, path, shown);
    if (!command.has('recursive')) return;
    const { mode } = command.has('logical') ? sys.stat(path) : sys.lstat(path);
    if ((mode & S_IFMT) !== S_IFDIR) return;
    for (const { name } of sys.readdir(path)) {
      if (name !== '.' && name !== '..')
        yield* visit(command, settings, joinPath(path, name), shown === '.' ? name : joinPath(shown, name));
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* command.fail(`${path}: ${strerror(error.errno)}`);
  }
}

function* show(command: Command, settings: Settings, path: string, shown: string): Blocking<void> {
  const { sys, out } = command;
  const names = settings.name === null ? namesOf(sys, path, settings) : [settings.name];
  const withValues = settings.dump || settings.name !== null;
  const lines: string[] = [];
  for (const name of names) {
    const value = yield* attributeOf(command, path, name, settings);
    if (value === null) continue;
    if (settings.valuesOnly) yield* out.write(value);
    else lines.push(withValues ? `${name}=${encodeValue(value, settings.encoding)}` : name);
  }
  if (lines.length > 0) yield* out.write(`# file: ${shown}\n${lines.join('\n')}\n\n`);
}

function namesOf(sys: Sys, path: string, settings: Settings): string[] {
  return sys.listxattr(path, { noFollow: !settings.follow }).filter(settings.shows).sort();
}

function* attributeOf(command: Command, path: string, name: string, { follow }: Settings): Blocking<Uint8Array | null> {
  const { sys } = command;
  try {
    return sys.getxattr(path, name, { noFollow: !follow });
  } catch (error) {
    if (!isSysError(error, 'ENODATA', 'EOPNOTSUPP')) throw error;
    yield* command.out.flush();
    yield* writeAll(sys, 2, `${path}: ${name}: ${attributeError(error)}\n`);
    command.status = 1;
    return null;
  }
}
