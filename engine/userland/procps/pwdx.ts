/** pwdx(1): where processes are. */
import { isSysError, strerror } from '../../kernel/sim';
import { Fatal, makeCommand } from '../lib/command';

export const pwdx = makeCommand({
  name: 'pwdx',
  usage: `
Usage:
 pwdx [options] pid...

Options:
 -h, --help
 -V, --version

For more details see pwdx(1).
`,
  version: 'pwdx from procps-ng 4.0.2',
  *run(command) {
    if (command.operands.length === 0) return yield* command.misuse();
    for (const operand of command.operands) {
      const pid = operand.replace(/^\/proc\//, '');
      if (!/^\d+$/.test(pid)) throw new Fatal(`invalid process id: ${operand}`);
      try {
        yield* command.line(`${operand}: ${command.sys.readlink(`/proc/${pid}/cwd`)}`);
      } catch (error) {
        if (!isSysError(error)) throw error;
        const text = error.errno === 'ENOENT' ? 'No such process' : strerror(error.errno);
        yield* command.line(`${operand}: ${text}`);
        command.status = 1;
      }
    }
  },
});
