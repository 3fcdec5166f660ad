/** sleep: waits (sleep(1)). */
import { UsageError } from '../lib/options';
import { parseDuration, toNanoseconds } from './common/duration';
import { makeTool } from './common/tool';

export const sleep = makeTool({
  name: 'sleep',
  help: `NUMBER[SUFFIX]...
Wait for the sum of the NUMBERs: seconds, or with SUFFIX m minutes, h hours, d days.`,
  *run(tool) {
    if (tool.operands.length === 0) throw new UsageError('missing operand');
    let [total, isValid] = [0, true];
    for (const text of tool.operands) {
      const seconds = parseDuration(text);
      if (seconds === null) {
        yield* tool.warn(`invalid time interval ${tool.word(text)}`);
        isValid = false;
      } else total += seconds;
    }
    if (!isValid) throw new UsageError('');
    yield* tool.sys.nanosleep(toNanoseconds(total));
  },
});
