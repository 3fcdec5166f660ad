/** find: looks for files in trees and does something with them (find(1), GNU findutils 4.9). */
import { type Blocking, isSysError, type Sys, strerror } from '../../../kernel/sim';
import { complain, Output, writeAll } from '../../lib/io';
import { Accounts } from '../../lib/users';
import { RegexBudgetError } from '../../regex';
import type { Environment } from '../common/spawn';
import { FindParser, type ParsedFind, startsExpression } from './parser';
import { atOnce, type FindContext, type FindOptions, FindUsageError } from './types';
import { walkAll } from './walk';

const version = `find (GNU findutils) 4.9.0
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.

Written by Eric B. Decker, James Youngman, and Kevin Dalley.
Features enabled: D_TYPE O_NOFOLLOW(enabled) LEAF_OPTIMISATION FTS(FTS_CWDFD) CBO(level=2) 
`;
const help = `Usage: find [-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]

The path is . and the expression -print where they are left out.
tests:    -name -iname -path -regex -type -size -mtime -mmin -newer -perm -user -group -empty -links -inum ...
actions:  -print -print0 -printf -ls -exec -execdir -ok -delete -prune -quit
options:  -maxdepth -mindepth -depth -xdev -follow -daystart
operators: ( EXPR )   ! EXPR   EXPR -a EXPR   EXPR -o EXPR   EXPR , EXPR
`;

export function* find(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  const args = argv.slice(1);
  if (args.some((arg) => arg === '-help' || arg === '--help')) {
    yield* writeAll(sys, 1, help);
    return 0;
  }
  if (args.some((arg) => arg === '-version' || arg === '--version')) {
    yield* writeAll(sys, 1, version);
    return 0;
  }
  const context: FindContext = {
    sys,
    env,
    accounts: yield* Accounts.load(sys),
    output: new Output(sys),
    outputs: new Map(),
    now: sys.clockGettime('realtime'),
    status: 0,
    prune: false,
    isOver: false,
    warn: sys.isatty(0),
  };
  try {
    const parsed = yield* parse(args, context);
    yield* walkAll(parsed, context);
    for (const finish of parsed.finishers) yield* finish(context);
    yield* context.output.flush();
    for (const output of context.outputs.values()) yield* output.flush();
    return context.status;
  } catch (error) {
    if (error instanceof RegexBudgetError || error instanceof FindUsageError) {
      yield* context.output.flush();
      yield* complain(sys, 'find', error.message);
      return 1;
    }
    if (!isSysError(error)) throw error;
    yield* complain(sys, 'find', `‘standard output’: ${strerror(error.errno)}`);
    return 1;
  }
}

function* parse(args: readonly string[], context: FindContext): Blocking<ParsedFind> {
  const options: FindOptions = {
    follow: 'never',
    maxDepth: Number.POSITIVE_INFINITY,
    minDepth: 0,
    depthFirst: false,
    oneFilesystem: false,
    dayStart: false,
    warn: context.warn,
    regexType: 'findutils-default',
  };
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '-H') options.follow = 'operands';
    else if (arg === '-L') options.follow = 'always';
    else if (arg === '-P') options.follow = 'never';
    else if (/^-O[0-3]$/.test(arg)) continue;
    else if (arg === '-D') at++;
    else break;
  }
  if (args[at] === '--') at++;
  const paths: string[] = [];
  for (; at < args.length && !startsExpression(args[at] ?? ''); at++) paths.push(args[at] ?? '');
  const parsed: ParsedFind = {
    paths: paths.length === 0 ? ['.'] : paths,
    options,
    finishers: [],
    predicate: atOnce(() => true),
  };
  parsed.predicate = yield* new FindParser(args.slice(at), context, parsed).parse();
  return parsed;
}
