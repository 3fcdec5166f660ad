/** realpath: canonical names of files (realpath(1)). */
import { bare, isSysError, strerror } from '../../kernel/sim';
import { UsageError } from '../lib/options';
import { canonicalPath, type MustExist } from '../lib/realpath';
import { isDirectory } from '../lib/stat';
import { relativePath } from './common/relative';
import { Fatal, makeTool, type Tool } from './common/tool';

const mustExist: Readonly<Record<string, MustExist>> = bare({ e: 'all', m: 'nothing' });

export const realpath = makeTool({
  name: 'realpath',
  options: [
    { short: 'e', long: 'canonicalize-existing', as: 'e' },
    { short: 'm', long: 'canonicalize-missing', as: 'm' },
    { short: 'L', long: 'logical', as: 'L' },
    { short: 'P', long: 'physical', as: 'P' },
    { short: 'q', long: 'quiet' },
    { long: 'relative-to', value: 'required' },
    { long: 'relative-base', value: 'required' },
    { short: 's', long: 'strip', as: 's' },
    { long: 'no-symlinks', as: 's' },
    { short: 'z', long: 'zero' },
  ],
  help: `[OPTION]... FILE...
Print absolute names; all but the last component must exist.

  -e, --canonicalize-existing  all components must exist
  -m, --canonicalize-missing   none has to exist
  -L, --logical                resolve '..' before links
  -P, --physical               resolve links as they come (default)
  -q, --quiet                  no messages
      --relative-to=DIR        print the name relative to DIR
      --relative-base=DIR      absolute names unless below DIR
  -s, --strip, --no-symlinks   leave symbolic links
  -z, --zero                   end each line with NUL`,
  *run(tool) {
    if (tool.operands.length === 0) throw new UsageError('missing operand');
    const mode = mustExist[lastOf(tool, 'em') ?? ''] ?? 'but-last';
    const [to, base] = relativeDirectories(tool, mode);
    for (const name of tool.operands) {
      try {
        const path = resolve(tool, name, mode);
        yield* tool.write(shown(path, to, base) + (tool.has('zero') ? '\0' : '\n'));
      } catch (error) {
        if (!isSysError(error)) throw error;
        tool.status = 1;
        if (!tool.has('quiet')) yield* tool.fail(`${tool.bare(name)}: ${strerror(error.errno)}`);
      }
    }
  },
});

function lastOf(tool: Tool, names: string): string | undefined {
  return tool.options.given.findLast(({ name }) => name.length === 1 && names.includes(name))?.name;
}

function resolve(tool: Tool, name: string, mode: MustExist): string {
  const kind = lastOf(tool, 'LPs');
  if (kind === 's' || kind === 'L') {
    const plain = canonicalPath(tool.sys, name, mode, { keepLinks: true });
    return kind === 's' ? plain : canonicalPath(tool.sys, plain, mode);
  }
  return canonicalPath(tool.sys, name, mode);
}

function relativeDirectories(tool: Tool, mode: MustExist): [to: string | null, base: string | null] {
  const base = directory(tool, tool.value('relative-base'), mode);
  const to = directory(tool, tool.value('relative-to'), mode) ?? base;
  // A base that does not hold the directory the names are relative to turns both off.
  if (base !== null && to !== null && to !== base && !isBelow(to, base)) return [null, null];
  return [to, base];
}

function directory(tool: Tool, name: string | null, mode: MustExist): string | null {
  if (name === null) return null;
  try {
    const path = resolve(tool, name, mode);
    if (mode !== 'all' || isDirectory(tool.sys.stat(path))) return path;
    throw new Fatal(`${tool.bare(name)}: ${strerror('ENOTDIR')}`);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

function isBelow(path: string, base: string): boolean {
  return base === '/' || path === base || path.startsWith(`${base}/`);
}

function shown(path: string, to: string | null, base: string | null): string {
  if (to === null || (base !== null && !isBelow(path, base))) return path;
  return relativePath(path, to);
}
