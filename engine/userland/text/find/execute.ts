/** -exec and its relatives. */
import { type Blocking, strerror } from '../../../kernel/sim';
import { execByName } from '../../lib/exec';
import { complain, LineReader, writeAll } from '../../lib/io';
import { dirName } from '../../lib/paths';
import { statusOf, waitFor } from '../common/spawn';
import type { Making } from './parser';
import type { FindContext, Found, Predicate } from './types';

/** Bytes of arguments a batch may have, and how many arguments. */
const batchBytes = 131_072;
const batchCount = 10_000;

export function makeExecute(name: string, making: Making): Predicate {
  const inDirectory = name.endsWith('dir');
  const asks = name.startsWith('-ok');
  const { argv, isBatch } = making.command(!asks);
  if (isBatch) return makeBatch(argv.slice(0, -1), inDirectory, making);
  const lines = asks ? new LineReader(making.context.sys, 0) : null;
  return function* (file, context) {
    const shown = inDirectory ? nameInDirectory(file) : file.path;
    const command = argv.map((part) => part.replaceAll('{}', shown));
    if (lines !== null) {
      yield* context.output.flush();
      yield* writeAll(context.sys, 2, `< ${argv[0] ?? ''} ... ${file.path} > ? `);
      if (!/^[yY]/.test((yield* lines.next()) ?? '')) return false;
    }
    return (yield* run(context, command, inDirectory ? dirName(file.path) : null)) === 0;
  };
}

function makeBatch(front: readonly string[], inDirectory: boolean, making: Making): Predicate {
  let directory: string | null = null;
  let waiting: string[] = [];
  let bytes = 0;
  const flush = function* (context: FindContext): Blocking<void> {
    if (waiting.length === 0) return;
    const command = [...front, ...waiting];
    waiting = [];
    bytes = 0;
    if ((yield* run(context, command, directory)) !== 0) context.status = 1;
  };
  making.finishers.push(flush);
  return function* (file, context) {
    const place = inDirectory ? dirName(file.path) : null;
    if (place !== directory || bytes > batchBytes || waiting.length >= batchCount) yield* flush(context);
    directory = place;
    const shown = inDirectory ? nameInDirectory(file) : file.path;
    waiting.push(shown);
    bytes += shown.length + 1;
    return true;
  };
}

function nameInDirectory(file: Found): string {
  return file.path === '/' ? '/' : `./${file.name}`;
}

function* run(context: FindContext, argv: readonly string[], directory: string | null): Blocking<number> {
  const { sys, env } = context;
  yield* context.output.flush();
  const pid = sys.fork(function* (child) {
    if (directory !== null) child.chdir(directory);
    const errno = yield* execByName(child, argv, env);
    yield* complain(child, 'find', `‘${argv[0] ?? ''}’: ${strerror(errno)}`);
    return 1;
  });
  return statusOf(yield* waitFor(sys, pid));
}
