/** grep, egrep, fgrep: prints lines that match patterns (grep(1), GNU grep 3.8). */
import { type Blocking, isSysError, type Sys, strerror } from '../../../kernel/sim';
import { complain, Output, readAll, writeAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { isRegular } from '../../lib/stat';
import { RegexBudgetError, RegexError } from '../../regex';
import { closeInput, openInput } from '../common/input';
import { decodeLossless } from '../common/lossless';
import { paint, readColors } from './colors';
import { makeMatcher } from './pattern';
import { type SearchContext, searchFile } from './search';
import { ArgumentError, readSettings, type Settings, ValueError } from './settings';
import { type Found, findFiles } from './walk';

const usage = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";
const version = `grep (GNU grep) 3.8
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.

Written by Mike Haertel and others; see
<https://git.sv.gnu.org/cgit/grep.git/tree/AUTHORS>.
`;
const help = `Usage: grep [OPTION]... PATTERNS [FILE]...
Prints the lines of each FILE that match one of PATTERNS (one a line).
  -E extended, -F fixed strings, -P Perl's; -i any case, -w words, -x whole lines, -v the other lines
  -c count, -l/-L names of files with/without, -o only what matches, -q nothing, -n/-b/-H/-h what stands before
  -A/-B/-C NUM lines of context, -m NUM stop after, -r/-R recursively, --include/--exclude=GLOB, --color[=WHEN]
The manual has them all: man grep
`;

export function* grep(sys: Sys, argv: readonly string[], env: Readonly<Record<string, string>>): Blocking<number> {
  try {
    const settings = readSettings(argv.slice(1), argv[0] ?? 'grep');
    if (settings.help !== null) {
      yield* writeAll(sys, 1, settings.help === 'version' ? version : help);
      return 0;
    }
    return yield* run(sys, settings, env);
  } catch (error) {
    if (error instanceof UsageError) {
      yield* writeAll(sys, 2, `grep: ${error.message}\n${usage}`);
      if (error instanceof ArgumentError) return 1;
    } else if (error instanceof ValueError || error instanceof RegexError || error instanceof RegexBudgetError) {
      yield* complain(sys, 'grep', error.message);
    } else throw error;
    return 2;
  }
}

function* run(sys: Sys, settings: Settings, env: Readonly<Record<string, string>>): Blocking<number> {
  const patterns = yield* collectPatterns(sys, settings);
  if (patterns === null) {
    yield* writeAll(sys, 2, usage);
    return 2;
  }
  if (patterns === 'failed') return 2;
  const isColored =
    settings.color === 'always' || (settings.color === 'auto' && sys.isatty(1) && (env.TERM ?? 'dumb') !== 'dumb');
  const context: SearchContext = {
    sys,
    settings,
    matcher: makeMatcher(patterns, settings),
    output: new Output(sys),
    colors: isColored ? readColors(env.GREP_COLORS) : null,
    hasPrinted: false,
  };
  return yield* searchAll(context);
}

/** Null without any pattern: a usage error. */
function* collectPatterns(sys: Sys, settings: Settings): Blocking<string[] | null | 'failed'> {
  if (settings.patterns.length === 0) {
    const first = settings.operands.shift();
    return first === undefined ? null : first.split('\n');
  }
  const patterns: string[] = [];
  for (const source of settings.patterns) {
    if ('text' in source) {
      patterns.push(...source.text.split('\n'));
      continue;
    }
    const opened = yield* openInput(sys, source.file);
    if ('errno' in opened) {
      yield* complain(sys, 'grep', `${source.file}: ${strerror(opened.errno)}`);
      return 'failed';
    }
    const text = decodeLossless(yield* readAll(sys, opened.fd));
    closeInput(sys, opened.fd);
    if (text !== '') patterns.push(...text.replace(/\n$/, '').split('\n'));
  }
  return patterns;
}

function* searchAll(context: SearchContext): Blocking<number> {
  const { sys, settings, output } = context;
  const isRecursive = settings.recursive !== 'no';
  const withoutOperands = settings.operands.length === 0;
  const operands = withoutOperands ? [isRecursive ? '.' : '-'] : settings.operands;
  const state = { status: 1, hasError: false };
  const visit = function* (found: Found): Blocking<boolean> {
    const path = withoutOperands && isRecursive ? found.path.replace(/^\.\//, '') : found.path;
    const withName = settings.withFilename ?? (operands.length > 1 || found.isFromDirectory);
    const counted = yield* searchOne(context, found, path, withName);
    if (counted === null) state.hasError = true;
    else if (counted) state.status = 0;
    return !(settings.quiet && state.status === 0);
  };
  for (const operand of operands) if (!(yield* findFiles(sys, settings, operand, visit))) break;
  yield* output.flush();
  return state.hasError && !(settings.quiet && state.status === 0) ? 2 : state.status;
}

/** Whether it counts as a success; null after an error. */
function* searchOne(context: SearchContext, found: Found, path: string, withName: boolean): Blocking<boolean | null> {
  const { sys, settings, output, colors } = context;
  const opened = found.errno ? { errno: found.errno } : yield* openInput(sys, found.path);
  const name = path === '-' ? settings.label : path;
  if ('errno' in opened) {
    yield* failed(context, name, strerror(opened.errno));
    return null;
  }
  try {
    if (writesToItself(context, opened.fd)) {
      yield* failed(context, `${name}: input file is also the output`, null);
      return null;
    }
    const count = yield* searchFile(context, opened.fd, name, withName);
    if (settings.quiet) return count > 0;
    const shown = paint(colors, colors?.fileName ?? '', name);
    const end = settings.nullNames ? '\0' : '\n';
    if (settings.count) {
      const separator = settings.nullNames ? '\0' : paint(colors, colors?.separator ?? '', ':');
      if (settings.list === null) yield* output.write(`${withName ? `${shown}${separator}` : ''}${count}\n`);
    }
    if (settings.list === 'matching' && count > 0) yield* output.write(`${shown}${end}`);
    if (settings.list === 'lacking' && count === 0) yield* output.write(`${shown}${end}`);
    return count > 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* failed(context, name, strerror(error.errno));
    return null;
  } finally {
    closeInput(sys, opened.fd);
  }
}

function* failed(context: SearchContext, name: string, text: string | null): Blocking<void> {
  if (context.settings.noMessages) return;
  yield* context.output.flush();
  yield* complain(context.sys, 'grep', text === null ? name : `${name}: ${text}`);
}

/** Reading what one writes would never end. */
function writesToItself({ sys, settings }: SearchContext, fd: number): boolean {
  if (settings.quiet || settings.list !== null || settings.maxCount <= 1) return false;
  try {
    const [input, output] = [sys.fstat(fd), sys.fstat(1)];
    const isSame =
      input.ino === output.ino && input.dev.major === output.dev.major && input.dev.minor === output.dev.minor;
    return isSame && isRegular(output);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}
