/** pivot_root(8). */
import { isSysError, strerror } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { Fatal, utilLinux } from './common/frame';

export const pivotRoot = utilLinux({
  name: 'pivot_root',
  options: [],
  help: '[options] new_root put_old\n\nChange the root filesystem.',
  *run({ sys, options: { operands } }) {
    const [newRoot, putOld] = operands;
    if (newRoot === undefined || putOld === undefined || operands.length > 2) {
      yield* writeAll(sys, 2, "pivot_root: bad usage\nTry 'pivot_root --help' for more information.\n");
      return 1;
    }
    try {
      sys.pivotRoot(newRoot, putOld);
      return 0;
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`failed to change root from \`${newRoot}' to \`${putOld}': ${strerror(error.errno)}`);
    }
  },
});
