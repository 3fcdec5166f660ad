/** tty: the terminal standard input is (tty(1)). */
import { isSysError } from '../../kernel/sim';
import { expectOperands } from './common/operands';
import { makeTool } from './common/tool';

export const tty = makeTool({
  name: 'tty',
  options: [
    { short: 's', long: 'silent' },
    { long: 'quiet', as: 'silent' },
  ],
  usageStatus: 2,
  help: `[OPTION]...
Print the name of the terminal on standard input.

  -s, --silent, --quiet   only an exit status`,
  *run(tool) {
    expectOperands(tool, 0, 0);
    const isSilent = tool.has('silent');
    if (!tool.sys.isatty(0)) {
      if (!isSilent) yield* tool.line('not a tty');
      return 1;
    }
    if (isSilent) return 0;
    try {
      yield* tool.line(tool.sys.ttyname(0));
      return 0;
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* tool.line('not a tty');
      return 1;
    }
  },
});
