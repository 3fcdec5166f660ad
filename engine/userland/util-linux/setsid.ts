/** setsid(1): runs a program in a new session. */
import type { Sys } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { execOrFail, orFail, utilLinux } from './common/frame';

export const setsid = utilLinux({
  name: 'setsid',
  options: [
    { long: 'ctty', short: 'c' },
    { long: 'fork', short: 'f' },
    { long: 'wait', short: 'w' },
  ],
  stopAtOperand: true,
  help: '[options] <program> [arguments ...]\n\nRun a program in a new session.',
  *run(frame) {
    const { sys, options: given } = frame;
    if (given.operands.length === 0) {
      yield* writeAll(sys, 2, "setsid: no command specified\nTry 'setsid --help' for more information.\n");
      return 1;
    }
    const start = function* (own: Sys) {
      orFail('setsid failed', () => own.setsid());
      if (given.has('ctty')) orFail('failed to set the controlling terminal', () => own.setControllingTerminal(0));
      return yield* execOrFail({ ...frame, sys: own }, given.operands);
    };
    if (!given.has('fork') && sys.getpgid() !== sys.getpid()) return yield* start(sys);
    const pid = sys.fork(start);
    if (!given.has('wait')) return 0;
    const result = yield* sys.waitpid(pid);
    return result?.event.kind === 'exited' ? result.event.code : 1;
  },
});
