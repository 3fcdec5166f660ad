/** readlink: where a symbolic link leads (readlink(1)). */
import { bare, isSysError, strerror } from '../../kernel/sim';
import { UsageError } from '../lib/options';
import { canonicalPath, type MustExist } from '../lib/realpath';
import { makeTool } from './common/tool';

const modes: Readonly<Record<string, MustExist>> = bare({
  canonicalize: 'but-last',
  'canonicalize-existing': 'all',
  'canonicalize-missing': 'nothing',
});

export const readlink = makeTool({
  name: 'readlink',
  options: [
    { short: 'f', long: 'canonicalize' },
    { short: 'e', long: 'canonicalize-existing' },
    { short: 'm', long: 'canonicalize-missing' },
    { short: 'n', long: 'no-newline' },
    { short: 'q', long: 'quiet' },
    { short: 's', long: 'silent', as: 'quiet' },
    { short: 'v', long: 'verbose' },
    { short: 'z', long: 'zero' },
  ],
  help: `[OPTION]... FILE...
Print what the symbolic links contain, or canonical names.

  -f, --canonicalize            follow every link; all but the last component must exist
  -e, --canonicalize-existing   all components must exist
  -m, --canonicalize-missing    none has to exist
  -n, --no-newline              no newline at the end
  -q, -s, --quiet, --silent     no messages (default)
  -v, --verbose                 messages
  -z, --zero                    end each line with NUL`,
  *run(tool) {
    if (tool.operands.length === 0) throw new UsageError('missing operand');
    const last = tool.options.given.findLast(({ name }) => name in modes)?.name;
    const mode = modes[last ?? ''];
    const isVerbose = tool.options.given.findLast(({ name }) => /^(quiet|verbose)$/.test(name))?.name === 'verbose';
    const noNewline = tool.has('no-newline');
    if (noNewline && tool.operands.length > 1) yield* tool.warn('ignoring --no-newline with multiple arguments');
    const end = noNewline && tool.operands.length === 1 ? '' : tool.has('zero') ? '\0' : '\n';
    for (const name of tool.operands) {
      try {
        yield* tool.write((mode ? canonicalPath(tool.sys, name, mode) : tool.sys.readlink(name)) + end);
      } catch (error) {
        if (!isSysError(error)) throw error;
        tool.status = 1;
        if (isVerbose) yield* tool.fail(`${tool.bare(name)}: ${strerror(error.errno)}`);
      }
    }
  },
});
