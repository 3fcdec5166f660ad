/** Removing files and trees without a question: what mv does with what it has copied. */
import { type Blocking, type Errno, isSysError } from '../../../kernel/sim';
import { joinPath } from '../../lib/paths';
import { isDirectory } from '../../lib/stat';
import type { Tool } from '../common/tool';

export interface RemoveOptions {
  verbose: boolean;
}

/** False when something could not be removed. */
export function* removeTree(tool: Tool, path: string, options: RemoveOptions): Blocking<boolean> {
  const { sys } = tool;
  yield* sys.checkpoint();
  try {
    if (!isDirectory(sys.lstat(path))) {
      sys.unlink(path);
      if (options.verbose) yield* tool.line(`removed ${tool.quote(path)}`);
      return true;
    }
    let isFine = true;
    for (const { name } of sys.readdir(path)) {
      if (name !== '.' && name !== '..') isFine = (yield* removeTree(tool, joinPath(path, name), options)) && isFine;
    }
    if (!isFine) return false;
    sys.rmdir(path);
    if (options.verbose) yield* tool.line(`removed directory ${tool.quote(path)}`);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* cannotRemove(tool, path, error.errno);
    return false;
  }
}

export function* cannotRemove(tool: Tool, path: string, errno: Errno): Blocking<void> {
  yield* tool.failWith(`cannot remove ${tool.quote(path)}`, errno);
}
