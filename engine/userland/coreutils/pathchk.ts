/** pathchk: whether names can be used (pathchk(1)). */
import { type Blocking, isSysError } from '../../kernel/sim';
import { expectOperands } from './common/operands';
import { makeTool, type Tool } from './common/tool';

const limits = { posix: { path: 256, name: 14 }, linux: { path: 4096, name: 255 } } as const;

export const pathchk = makeTool({
  name: 'pathchk',
  options: [{ short: 'p' }, { short: 'P' }, { long: 'portability' }],
  help: `[OPTION]... NAME...
Say what is wrong with NAMEs.

  -p                  as most POSIX systems see it
  -P                  empty names and a leading "-"
      --portability   -p and -P`,
  *run(tool) {
    for (const name of expectOperands(tool, 1)) yield* check(tool, name);
  },
});

function* check(tool: Tool, name: string): Blocking<void> {
  const isPortable = tool.has('p') || tool.has('portability');
  const isStrict = tool.has('P') || tool.has('portability');
  const parts = name.split('/').filter((part) => part !== '');
  if (isStrict && parts.some((part) => part.startsWith('-'))) {
    return yield* tool.fail(`leading '-' in a component of file name ${tool.quote(name)}`);
  }
  if (name === '' && (isPortable || isStrict)) return yield* tool.fail('empty file name');
  if (isPortable) {
    const wrong = /[^A-Za-z0-9._/-]/u.exec(name);
    if (wrong) return yield* tool.fail(`nonportable character ${tool.word(wrong[0])} in file name ${tool.quote(name)}`);
  } else {
    try {
      tool.sys.lstat(name);
      return;
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno !== 'ENOENT' || name === '') return yield* tool.failWith(tool.bare(name), error.errno);
    }
  }
  const limit = isPortable ? limits.posix : limits.linux;
  if (name.length >= limit.path) {
    return yield* tool.fail(
      `limit ${limit.path - 1} exceeded by length ${name.length} of file name ${tool.quote(name)}`,
    );
  }
  const long = parts.find((part) => part.length > limit.name);
  if (long === undefined) return;
  yield* tool.fail(`limit ${limit.name} exceeded by length ${long.length} of file name component ${tool.word(long)}`);
}
