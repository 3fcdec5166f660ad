/** whoami: the name of the effective user (whoami(1)). */
import { Accounts } from '../lib/users';
import { expectOperands } from './common/operands';
import { Fatal, makeTool } from './common/tool';

export const whoami = makeTool({
  name: 'whoami',
  help: '[OPTION]...\nPrint the name of the effective user.',
  *run(tool) {
    expectOperands(tool, 0, 0);
    const uid = tool.sys.geteuid();
    const user = (yield* Accounts.load(tool.sys)).userById(uid);
    if (user === null) throw new Fatal(`cannot find name for user ID ${uid}`);
    yield* tool.line(user.name);
  },
});
