/** logname: the name one logged in with (logname(1)). Nobody here has logged in through utmp. */
import { expectOperands } from './common/operands';
import { makeTool } from './common/tool';

export const logname = makeTool({
  name: 'logname',
  help: '[OPTION]\nPrint the name of the user who logged in.',
  *run(tool) {
    expectOperands(tool, 0, 0);
    yield* tool.fail('no login name');
  },
});
