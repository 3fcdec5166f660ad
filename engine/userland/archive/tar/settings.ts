/** What the command line asks for. */
import { type Blocking, isSysError, type Sys, strerror } from '../../../kernel/sim';
import { parseDate } from '../../coreutils/date/parse';
import { readFile } from '../../lib/io';
import { type ModeChanges, parseMode } from '../../lib/mode';
import { quoteWord } from '../../lib/quote';
import type { Accounts } from '../../lib/users';
import { Fatal } from './fatal';
import { type Argument, Misuse } from './options';

type Operation = 'create' | 'extract' | 'list';
export type Format = 'gnu' | 'ustar' | 'posix';

/** Names of files or members; a change of directory holds for those after it. */
export type Item = { is: 'name'; name: string } | { is: 'directory'; path: string };

export interface Ownership {
  id: number;
  name: string;
}

export interface Settings {
  operation: Operation;
  /** `-`: standard input or output. */
  archive: string;
  /** A command for the shell; `auto` goes by the archive's name or content. */
  packer: string | 'auto' | null;
  verbose: number;
  items: readonly Item[];
  excluded: readonly string[];
  format: Format;
  owner: Ownership | null;
  group: Ownership | null;
  mode: ModeChanges | null;
  /** Nanoseconds. */
  mtime: number | null;
  strip: number;
  /** What to do with files that are there. */
  old: 'replace' | 'keep' | 'skip' | 'overwrite' | 'unlink';
  has(flag: string): boolean;
}

const packers: Readonly<Record<string, string>> = { gzip: 'gzip', bzip2: 'bzip2', xz: 'xz', zstd: 'zstd' };
const operations: readonly Operation[] = ['create', 'extract', 'list'];
const formats: ReadonlyMap<string, Format> = new Map([
  ['gnu', 'gnu'],
  ['ustar', 'ustar'],
  ['posix', 'posix'],
  ['pax', 'posix'],
]);

/** Errors: `Misuse`, `Fatal`. */
export function* readSettings(
  sys: Sys,
  args: readonly Argument[],
  accounts: Accounts,
  env: Readonly<Record<string, string>>,
): Blocking<Settings> {
  const given = args.flatMap((arg) => (arg.is === 'option' ? [arg.option] : []));
  const has = (flag: string) => given.some(({ name }) => name === flag);
  const value = (option: string) => given.findLast(({ name }) => name === option)?.value ?? null;
  const values = (option: string) => given.flatMap((one) => (one.name === option ? (one.value ?? []) : []));
  const asked = operations.filter(has);
  const [operation] = asked;
  if (asked.length > 1)
    throw new Misuse("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option");
  if (operation === undefined)
    throw new Misuse("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options");
  const archive = value('file') ?? env.TAPE ?? '-';
  const excluded = values('exclude');
  for (const file of values('exclude-from')) excluded.push(...(yield* linesOf(sys, file)));
  return {
    operation,
    archive,
    packer: packerOf(has, value('use-compress-program')),
    verbose: given.filter(({ name }) => name === 'verbose').length,
    items: yield* itemsOf(sys, args),
    excluded,
    format: formatOf(value('format')),
    owner: ownership(value('owner'), 'owner', (name) => accounts.user(name)?.uid),
    group: ownership(value('group'), 'group', (name) => accounts.group(name)?.gid),
    mode: modeOf(value('mode')),
    mtime: mtimeOf(sys, value('mtime'), env.TZ),
    strip: stripOf(value('strip-components')),
    old: oldOf(has),
    has,
  };
}

function packerOf(has: (flag: string) => boolean, named: string | null): string | null {
  if (named !== null) return named;
  const flag = Object.keys(packers).find(has);
  return flag === undefined ? (has('auto-compress') ? 'auto' : null) : (packers[flag] ?? null);
}

function* itemsOf(sys: Sys, args: readonly Argument[]): Blocking<Item[]> {
  const items: Item[] = [];
  for (const arg of args) {
    if (arg.is === 'name') items.push(arg);
    else if (arg.option.name === 'directory') items.push({ is: 'directory', path: arg.option.value ?? '' });
    else if (arg.option.name === 'files-from')
      for (const name of yield* linesOf(sys, arg.option.value ?? '')) items.push({ is: 'name', name });
  }
  return items;
}

function* linesOf(sys: Sys, file: string): Blocking<string[]> {
  try {
    const text = yield* readFile(sys, file === '-' ? '/dev/stdin' : file);
    return text.split('\n').filter((line) => line !== '');
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${file}: Cannot open: ${strerror(error.errno)}`);
  }
}

function formatOf(given: string | null): Format {
  if (given === null) return 'gnu';
  const format = formats.get(given);
  if (format === undefined) throw new Misuse(`${given}: Invalid archive format`);
  return format;
}

/** `NAME`, `ID` or `NAME:ID`. */
function ownership(given: string | null, what: string, find: (name: string) => number | undefined): Ownership | null {
  if (given === null) return null;
  const [, name = '', id] = /^([^:]*)(?::(\d+))?$/.exec(given) ?? [];
  if (id !== undefined) return { name, id: Number(id) };
  const found = find(name);
  if (found !== undefined) return { name, id: found };
  if (/^\d+$/.test(name)) return { name: '', id: Number(name) };
  throw new Fatal(`Invalid ${what}: ${quoteWord(given)}`);
}

function modeOf(given: string | null): ModeChanges | null {
  if (given === null) return null;
  const changes = parseMode(given);
  if (changes === null) throw new Fatal(`Invalid mode given on option`);
  return changes;
}

function mtimeOf(sys: Sys, given: string | null, tz: string | undefined): number | null {
  if (given === null) return null;
  if (/^[./]/.test(given)) return sys.stat(given).mtime;
  const now = sys.clockGettime('realtime');
  const found = parseDate(given, { seconds: Math.floor(now / 1e9), nanosecond: now % 1e9 }, tz);
  if (found === null) throw new Misuse(`Invalid mtime: ${given}`);
  return found.seconds * 1e9 + found.nanosecond;
}

function stripOf(given: string | null): number {
  if (given === null) return 0;
  if (!/^\d+$/.test(given)) throw new Misuse(`${given}: Invalid number of elements`);
  return Number(given);
}

function oldOf(has: (flag: string) => boolean): Settings['old'] {
  if (has('keep-old-files')) return 'keep';
  if (has('skip-old-files')) return 'skip';
  if (has('unlink-first')) return 'unlink';
  return has('overwrite') ? 'overwrite' : 'replace';
}
