/** strace(1) cannot be had: no process here can look into another's system calls. It says so, and what can be looked at. */
import type { Program } from '../../kernel/sim';
import { writeAll } from '../lib/io';

const explanation = `strace: ptrace(PTRACE_TRACEME, ...): Function not implemented
strace: The simulated kernel has no ptrace(2): system calls of a process cannot be traced here.
strace: What there is of a process is in /proc/PID: status, fd, ns, mountinfo; on the real kernel strace works.
`;

export const strace: Program = function* (sys, argv) {
  const args = argv.slice(1);
  if (args.includes('-V') || args.includes('--version')) {
    yield* writeAll(sys, 1, 'strace -- version 6.1\n');
    return 0;
  }
  if (args.includes('-h') || args.includes('--help')) {
    yield* writeAll(sys, 1, 'Usage: strace [OPTIONS] PROG [ARGS]\n   or: strace [OPTIONS] -p PID\n');
    return 0;
  }
  if (args.length === 0) {
    yield* writeAll(sys, 2, "strace: must have PROG [ARGS] or -p PID\nTry 'strace -h' for more information.\n");
    return 1;
  }
  yield* writeAll(sys, 2, explanation);
  return 1;
};
