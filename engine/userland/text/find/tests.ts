/** The tests of find. */
import { type Blocking, isSysError, R_OK, type Stat, W_OK, X_OK } from '../../../kernel/sim';
import { holds, succeeds } from '../../lib/attempt';
import { applyMode, parseMode, typeLetter } from '../../lib/mode';
import { isDirectory, isRegular } from '../../lib/stat';
import { globMatches } from '../common/glob';
import { readFilesystems } from './filesystems';
import { parseComparison, statOf } from './operands';
import type { Making } from './parser';
import { pathRegex } from './path-regex';
import { makeTimeTest } from './time-tests';
import { atOnce, FindUsageError, type Found, type Predicate } from './types';

/** Null when `name` is no test. */
export function* makeTest(name: string, making: Making): Blocking<Predicate | null> {
  const { argument, context } = making;
  const invalid = (value: string) => new FindUsageError(`invalid argument \`${value}' to \`${name}'`);
  const compared = (read: (stat: Stat) => number) => {
    const value = argument();
    const compare = /^[-+]?\d+$/.test(value) ? parseComparison(value) : null;
    if (compare === null) throw invalid(value);
    return atOnce(({ stat }) => compare(read(stat)));
  };
  switch (name) {
    case '-name':
    case '-iname': {
      const glob = argument();
      return atOnce((file) => globMatches(glob, file.name, { ignoreCase: name === '-iname' }));
    }
    case '-path':
    case '-wholename':
    case '-ipath':
    case '-iwholename': {
      const glob = argument();
      return atOnce((file) => globMatches(glob, file.path, { ignoreCase: name.startsWith('-i') }));
    }
    case '-lname':
    case '-ilname': {
      const glob = argument();
      return atOnce((file) => {
        const target = linkTarget(making, file);
        return target !== null && globMatches(glob, target, { ignoreCase: name === '-ilname' });
      });
    }
    case '-regex':
    case '-iregex':
      return atOnce(pathRegex(argument(), making.options.regexType, name === '-iregex'));
    case '-type':
    case '-xtype':
      return typeTest(name, argument(), making);
    case '-size':
      return sizeTest(argument());
    case '-links':
      return compared((stat) => stat.nlink);
    case '-inum':
      return compared((stat) => stat.ino);
    case '-uid':
      return compared((stat) => stat.uid);
    case '-gid':
      return compared((stat) => stat.gid);
    case '-user':
    case '-group':
      return ownerTest(name, argument(), making);
    case '-nouser':
      return atOnce(({ stat }) => context.accounts.userById(stat.uid) === null);
    case '-nogroup':
      return atOnce(({ stat }) => context.accounts.groupById(stat.gid) === null);
    case '-perm':
      return permissionTest(argument());
    case '-empty':
      return atOnce((file) => isEmpty(making, file));
    case '-readable':
      return accessTest(making, R_OK);
    case '-writable':
      return accessTest(making, W_OK);
    case '-executable':
      return accessTest(making, X_OK);
    case '-samefile': {
      const wanted = statOf(making, argument());
      return atOnce(
        ({ stat }) =>
          stat.ino === wanted.ino && stat.dev.major === wanted.dev.major && stat.dev.minor === wanted.dev.minor,
      );
    }
    case '-true':
      return atOnce(() => true);
    case '-false':
      return atOnce(() => false);
    case '-fstype': {
      const wanted = argument();
      const { typeOf } = yield* readFilesystems(context.sys);
      return atOnce(({ stat }) => typeOf(stat) === wanted);
    }
    default:
      return makeTimeTest(name, making);
  }
}

function linkTarget({ context }: Making, { path, stat }: Found): string | null {
  return typeLetter(stat.mode) === 'l' ? context.sys.readlink(path) : null;
}

function typeTest(name: string, letters: string, { context, options }: Making): Predicate {
  const wanted = new Set<string>();
  for (const letter of letters.split(',')) {
    if (letter.length !== 1)
      throw new FindUsageError(
        letter === ''
          ? `Last file type in list argument to ${name} is missing.`
          : `Must separate multiple arguments to ${name} using: ','`,
      );
    if (!'bcdpfls'.includes(letter)) throw new FindUsageError(`Unknown argument to ${name}: ${letter}`);
    wanted.add(letter === 'f' ? '-' : letter);
  }
  if (name === '-type') return atOnce(({ stat }) => wanted.has(typeLetter(stat.mode)));
  return atOnce(({ path, stat }) => {
    try {
      const other = options.follow === 'always' ? context.sys.lstat(path) : context.sys.stat(path);
      return wanted.has(typeLetter(other.mode));
    } catch (error) {
      if (!isSysError(error)) throw error;
      return wanted.has(typeLetter(stat.mode));
    }
  });
}

const sizeUnits: Readonly<Record<string, number>> = { b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function sizeTest(text: string): Predicate {
  const letter = /[0-9]$/.test(text) ? 'b' : (text.at(-1) ?? '');
  const unit = sizeUnits[letter];
  if (unit === undefined) throw new FindUsageError(`invalid -size type \`${letter}'`);
  const number = /[0-9]$/.test(text) ? text : text.slice(0, -1);
  const compare = /^[-+]?\d+$/.test(number) ? parseComparison(number) : null;
  if (compare === null) throw new FindUsageError(`Invalid argument \`${text}' to -size`);
  return atOnce(({ stat }) => compare(Math.ceil(stat.size / unit)));
}

function ownerTest(name: string, text: string, { context }: Making): Predicate {
  const { accounts } = context;
  const isUser = name === '-user';
  const known = isUser ? accounts.user(text)?.uid : accounts.group(text)?.gid;
  const id = known ?? (/^\d+$/.test(text) ? Number(text) : null);
  if (id === null) {
    const what = isUser ? 'the name of a known user' : 'the name of an existing group';
    throw new FindUsageError(isUser ? `‘${text}’ is not ${what}` : `‘${text}’ is not ${what}`);
  }
  return atOnce(({ stat }) => (isUser ? stat.uid : stat.gid) === id);
}

function permissionTest(text: string): Predicate {
  const kind = text[0] === '-' || text[0] === '/' ? text[0] : '';
  const changes = parseMode(kind === '' ? text : text.slice(1));
  if (changes === null) throw new FindUsageError(`invalid mode ‘${text}’`);
  const wanted = applyMode(changes, 0, 0) & 0o7777;
  return atOnce(({ stat }) => {
    const mode = stat.mode & 0o7777;
    if (kind === '-') return (mode & wanted) === wanted;
    if (kind === '/') return wanted === 0 || (mode & wanted) !== 0;
    return mode === wanted;
  });
}

function isEmpty({ context }: Making, { path, stat }: Found): boolean {
  if (isRegular(stat)) return stat.size === 0;
  if (!isDirectory(stat)) return false;
  return holds(() => context.sys.readdir(path).every(({ name }) => name === '.' || name === '..'));
}

function accessTest({ context }: Making, mode: number): Predicate {
  return atOnce(({ path }) => {
    return succeeds(() => context.sys.access(path, mode));
  });
}
