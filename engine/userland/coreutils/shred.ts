/** shred overwrites what is on a disk. There is no disk under a simulated Machine, so it says that and does nothing. */
import { UsageError } from '../lib/options';
import { Fatal, makeTool } from './common/tool';

export const shred = makeTool({
  name: 'shred',
  options: [
    { short: 'f', long: 'force' },
    { short: 'n', long: 'iterations', value: 'required' },
    { long: 'random-source', value: 'required' },
    { short: 's', long: 'size', value: 'required' },
    { short: 'u' },
    { long: 'remove', value: 'optional' },
    { short: 'v', long: 'verbose' },
    { short: 'x', long: 'exact' },
    { short: 'z', long: 'zero' },
  ],
  help: '[OPTION]... FILE...\nOverwrite FILEs so that they cannot be recovered. Not in a simulated Machine: it has no disk.',
  *run(tool) {
    if (tool.operands.length === 0) throw new UsageError('missing file operand');
    yield* tool.flush();
    throw new Fatal('a simulated Machine has no disk on which something could be left; use rm');
  },
});
