/** dirname: everything but the last part of path names (dirname(1)). */
import { dirName } from '../lib/paths';
import { expectOperands } from './common/operands';
import { makeTool } from './common/tool';

export const dirname = makeTool({
  name: 'dirname',
  options: [{ short: 'z', long: 'zero' }],
  help: `[OPTION] NAME...
Print each NAME without its last component; "." when nothing is left.

  -z, --zero     end each line with NUL`,
  *run(tool) {
    const end = tool.has('zero') ? '\0' : '\n';
    for (const name of expectOperands(tool, 1)) yield* tool.write(dirName(name) + end);
  },
});
