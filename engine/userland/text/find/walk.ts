/** Goes through the trees below the operands. */
import { type Blocking, type Errno, isSysError, type Stat, strerror } from '../../../kernel/sim';
import { complain } from '../../lib/io';
import { baseName, joinPath } from '../../lib/paths';
import { fileKey, isDirectory } from '../../lib/stat';
import type { ParsedFind } from './parser';
import type { FindContext, Found } from './types';

export function* walkAll(parsed: ParsedFind, context: FindContext): Blocking<void> {
  for (const start of parsed.paths) {
    const follow = parsed.options.follow !== 'never';
    const stat = statFile(context, start, follow);
    if (typeof stat === 'string') yield* failed(context, start, stat);
    else yield* visit({ path: start, name: baseName(start), start, depth: 0, stat }, parsed, context, stat, []);
    if (context.isOver) return;
  }
}

/** A link that leads nowhere is taken as the link. */
function statFile({ sys }: FindContext, path: string, follow: boolean): Stat | Errno {
  try {
    if (!follow) return sys.lstat(path);
    try {
      return sys.stat(path);
    } catch (error) {
      if (!isSysError(error, 'ENOENT', 'ENOTDIR')) throw error;
      return sys.lstat(path);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno;
  }
}

function* failed(context: FindContext, path: string, errno: Errno): Blocking<void> {
  yield* context.output.flush();
  yield* complain(context.sys, 'find', `‘${path}’: ${strerror(errno)}`);
  context.status = 1;
}

function* visit(
  file: Found,
  parsed: ParsedFind,
  context: FindContext,
  startStat: Stat,
  above: ReadonlyArray<{ id: string; path: string }>,
): Blocking<void> {
  const { options, predicate } = parsed;
  yield* context.sys.checkpoint();
  if (isDirectory(file.stat) && options.follow === 'always') {
    const same = above.find(({ id }) => id === fileKey(file.stat));
    if (same) {
      yield* complain(
        context.sys,
        'find',
        `File system loop detected; ‘${file.path}’ is part of the same file system loop as ‘${same.path}’.`,
      );
      context.status = 1;
      return;
    }
  }
  const evaluate = function* (): Blocking<void> {
    context.prune = false;
    if (file.depth >= options.minDepth) yield* predicate(file, context);
  };
  if (!options.depthFirst) yield* evaluate();
  const isCrossing =
    options.oneFilesystem &&
    (file.stat.dev.major !== startStat.dev.major || file.stat.dev.minor !== startStat.dev.minor);
  const descends =
    isDirectory(file.stat) && file.depth < options.maxDepth && !isCrossing && !(context.prune && !options.depthFirst);
  if (descends && !context.isOver) yield* descend(file, parsed, context, startStat, above);
  if (options.depthFirst && !context.isOver) yield* evaluate();
}

function* descend(
  file: Found,
  parsed: ParsedFind,
  context: FindContext,
  startStat: Stat,
  above: ReadonlyArray<{ id: string; path: string }>,
): Blocking<void> {
  let names: string[];
  try {
    names = context.sys.readdir(file.path).map(({ name }) => name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* failed(context, file.path, error.errno);
    return;
  }
  const chain = [...above, { id: fileKey(file.stat), path: file.path }];
  for (const name of names) {
    if (name === '.' || name === '..') continue;
    const path = joinPath(file.path, name);
    const stat = statFile(context, path, parsed.options.follow === 'always');
    if (typeof stat === 'string') yield* failed(context, path, stat);
    else
      yield* visit({ path, name, start: file.start, depth: file.depth + 1, stat }, parsed, context, startStat, chain);
    if (context.isOver) return;
  }
}
