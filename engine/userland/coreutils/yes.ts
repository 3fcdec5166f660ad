/** yes: a line without end (yes(1)). */
import { concat, encode, isSysError, strerror } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { Fatal, makeTool } from './common/tool';

const blockBytes = 8192;

export const yes = makeTool({
  name: 'yes',
  stopAtOperand: true,
  help: `[STRING]...
Print a line of the STRINGs, or "y", again and again.`,
  *run(tool) {
    const line = encode(`${tool.operands.length === 0 ? 'y' : tool.operands.join(' ')}\n`);
    const block = concat(new Array<Uint8Array>(Math.max(1, Math.floor(blockBytes / line.length))).fill(line));
    try {
      for (;;) {
        yield* writeAll(tool.sys, 1, block);
        yield* tool.sys.checkpoint();
      }
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`standard output: ${strerror(error.errno)}`);
    }
  },
});
