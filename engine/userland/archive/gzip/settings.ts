/** What the command line of gzip, gunzip and zcat asks for (gzip(1), version 1.12). */
import type { Blocking, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';

export interface GzipFlags {
  mode: 'pack' | 'unpack' | 'test' | 'list';
  toStdout: boolean;
  force: boolean;
  keep: boolean;
  recursive: boolean;
  quiet: boolean;
  verbose: boolean;
  /** Whether name and time are stored, and restored; null: stored only. */
  names: boolean | null;
  level: number;
  suffix: string;
  operands: readonly string[];
}

const options: readonly OptionSpec[] = [
  { short: 'a', long: 'ascii' },
  { short: 'c', long: 'stdout' },
  { long: 'to-stdout', as: 'stdout' },
  { short: 'd', long: 'decompress' },
  { long: 'uncompress', as: 'decompress' },
  { short: 'f', long: 'force' },
  { short: 'h', long: 'help' },
  { short: 'k', long: 'keep' },
  { short: 'l', long: 'list' },
  { short: 'n', long: 'no-name' },
  { short: 'N', long: 'name' },
  { short: 'q', long: 'quiet' },
  { long: 'silent', as: 'quiet' },
  { short: 'r', long: 'recursive' },
  { long: 'synchronous' },
  { short: 'S', long: 'suffix', value: 'required' },
  { short: 't', long: 'test' },
  { short: 'v', long: 'verbose' },
  { short: 'V', long: 'version' },
  { short: 'Z' },
  { long: 'fast', as: '1' },
  { long: 'best', as: '9' },
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((short) => ({ short })),
];

const help = `Usage: gzip [OPTION]... [FILE]...
Packs FILEs, or unpacks them; each is replaced by what becomes of it. Without a FILE, or for -, standard input.

  -c, --stdout      to standard output; files stay as they are
  -d, --decompress  unpacks
  -f, --force       writes over files that are there, packs links
  -h, --help        this text
  -k, --keep        files stay
  -l, --list        what is in packed files
  -n, --no-name     without the file's name and time
  -N, --name        with the file's name and time
  -q, --quiet       no warnings
  -r, --recursive   all that is in directories
  -S, --suffix=SUF  the suffix of packed files
  -t, --test        whether packed files are whole
  -v, --verbose     says what was done
  -V, --version     the version
  -1, --fast        faster
  -9, --best        smaller
`;

const version = `gzip 1.12
Copyright (C) 2018 Free Software Foundation, Inc.
Copyright (C) 1993 Jean-loup Gailly.
This is free software.  You may redistribute copies of it under the terms of
the GNU General Public License <https://www.gnu.org/licenses/gpl.html>.
There is NO WARRANTY, to the extent permitted by law.

Written by Jean-loup Gailly.
`;

/** Or the exit status, when all has been said. */
export function* readGzipFlags(sys: Sys, name: string, args: readonly string[]): Blocking<GzipFlags | number> {
  try {
    const parsed = parseOptions(args, options);
    if (parsed.has('Z')) throw new UsageError('-Z not supported in this version');
    if (parsed.has('help')) return yield* say(sys, help);
    if (parsed.has('version')) return yield* say(sys, version);
    return flagsOf(parsed, name);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `${name}: ${error.message}\nTry \`${name} --help' for more information.\n`);
    return 1;
  }
}

function flagsOf(parsed: ParsedOptions, name: string): GzipFlags {
  // As it was called, GNU's gzip knows whether to unpack, too.
  const isZcat = name.slice(1) === 'cat' || name === 'gzcat';
  const unpacks = parsed.has('decompress') || name.startsWith('un') || name.startsWith('gun') || isZcat;
  const mode = parsed.has('list') ? 'list' : parsed.has('test') ? 'test' : unpacks ? 'unpack' : 'pack';
  const names = parsed.given.findLast((option) => option.name === 'name' || option.name === 'no-name');
  const level = parsed.given.findLast((option) => /^[1-9]$/.test(option.name));
  return {
    mode,
    toStdout: parsed.has('stdout') || isZcat,
    force: parsed.has('force'),
    keep: parsed.has('keep'),
    recursive: parsed.has('recursive'),
    quiet: parsed.has('quiet'),
    verbose: parsed.has('verbose'),
    names: names === undefined ? null : names.name === 'name',
    level: level === undefined ? 6 : Number(level.name),
    suffix: suffixOf(parsed.value('suffix')),
    operands: parsed.operands,
  };
}

function suffixOf(given: string | null): string {
  if (given === null) return '.gz';
  if (given === '' || given.includes('/') || given.length > 30) throw new UsageError(`invalid suffix '${given}'`);
  return given;
}

function* say(sys: Sys, text: string): Blocking<number> {
  yield* writeAll(sys, 1, text);
  return 0;
}
