/** rmdir: removes empty directories (rmdir(1)). */
import { type Blocking, isSysError, strerror } from '../../kernel/sim';
import { outcome } from '../lib/attempt';
import { dirName, trimSlashes } from '../lib/paths';
import { isDirectory, isLink } from '../lib/stat';
import { expectOperands } from './common/operands';
import { makeTool, type Tool } from './common/tool';

export const rmdir = makeTool({
  name: 'rmdir',
  options: [
    { long: 'ignore-fail-on-non-empty' },
    { short: 'p', long: 'parents' },
    { long: 'path', as: 'parents' },
    { short: 'v', long: 'verbose' },
  ],
  help: `[OPTION]... DIRECTORY...
Remove the DIRECTORYs if they are empty.

      --ignore-fail-on-non-empty  that one is not empty is no failure
  -p, --parents     remove the parents named in DIRECTORY, too
  -v, --verbose     say what is removed`,
  *run(tool) {
    for (const name of expectOperands(tool, 1)) {
      if (!(yield* removeOne(tool, name, 'failed to remove')) || !tool.has('parents')) continue;
      let parent = trimSlashes(name);
      while (parent.includes('/') && dirName(parent) !== '/') {
        parent = dirName(parent);
        if (!(yield* removeOne(tool, parent, 'failed to remove directory'))) break;
      }
    }
  },
});

function* removeOne(tool: Tool, name: string, complaint: string): Blocking<boolean> {
  if (tool.has('verbose')) yield* tool.line(`${tool.name}: removing directory, ${tool.quote(name)}`);
  try {
    tool.sys.rmdir(name);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    const isFull = error.errno === 'ENOTEMPTY' || error.errno === 'EEXIST';
    if (isFull && tool.has('ignore-fail-on-non-empty')) return false;
    if (error.errno === 'ENOTDIR' && name.endsWith('/') && isLinkThatMayLead(tool, name)) {
      yield* tool.fail(`failed to remove ${tool.quote(name)}: Symbolic link not followed`);
    } else yield* tool.fail(`${complaint} ${tool.quote(name)}: ${strerror(error.errno)}`);
    return false;
  }
}

function isLinkThatMayLead(tool: Tool, name: string): boolean {
  const link = outcome(() => tool.sys.lstat(trimSlashes(name)));
  if (typeof link === 'string' || !isLink(link)) return false;
  const target = outcome(() => tool.sys.stat(name));
  return typeof target === 'string' || isDirectory(target);
}
