/** printenv: the environment, or some variables of it (printenv(1)). */
import { makeTool } from './common/tool';

export const printenv = makeTool({
  name: 'printenv',
  options: [{ short: '0', long: 'null' }],
  usageStatus: 2,
  stopAtOperand: true,
  help: `[OPTION]... [VARIABLE]...
Print the values of the environment VARIABLEs, or all of it.

  -0, --null     end each line with NUL`,
  *run(tool) {
    const end = tool.has('null') ? '\0' : '\n';
    if (tool.operands.length === 0) {
      for (const [name, value] of Object.entries(tool.env)) yield* tool.write(`${name}=${value}${end}`);
      return;
    }
    for (const name of tool.operands) {
      const value = name.includes('=') ? undefined : tool.env[name];
      if (value === undefined) tool.status = 1;
      else yield* tool.write(value + end);
    }
  },
});
