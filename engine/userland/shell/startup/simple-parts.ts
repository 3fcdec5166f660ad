/** For shells without a person before them. */
import type { InteractiveParts } from './main';
import { runInvocation } from './main';

export const scriptParts: InteractiveParts = {
  run: (shell, invocation) =>
    runInvocation(shell, invocation, invocation.operands.length > 0 && invocation.command === null),
  *readStartupFiles() {
    // There are none.
  },
  hooks: {
    setOption: (shell, name, on) => shell.options.turn(name, on),
    expandPs4: (_shell, text) => text,
    beforeExec: () => undefined,
    afterExec: () => undefined,
  },
  builtins: [],
};
