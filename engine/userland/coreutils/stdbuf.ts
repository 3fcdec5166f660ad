/**
 * stdbuf: runs a program with other buffering (stdbuf(1)). The real one loads a library into it, which reads the same
 * variables as `Output` here.
 */
import { strerror } from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { parseNumber } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { Fatal, makeTool, type Tool } from './common/tool';

const streams = [
  ['input', '_STDBUF_I'],
  ['output', '_STDBUF_O'],
  ['error', '_STDBUF_E'],
] as const;

export const stdbuf = makeTool({
  name: 'stdbuf',
  options: [
    { short: 'i', long: 'input', value: 'required' },
    { short: 'o', long: 'output', value: 'required' },
    { short: 'e', long: 'error', value: 'required' },
  ],
  usageStatus: 125,
  stopAtOperand: true,
  help: `OPTION... COMMAND
Run COMMAND with other buffering of its streams.

  -i, --input=MODE   -o, --output=MODE   -e, --error=MODE
MODE is L (by line), 0 (none) or a number of bytes.`,
  *run(tool) {
    const [program] = tool.operands;
    const variables = Object.fromEntries(streams.flatMap(([option, variable]) => modeOf(tool, option, variable)));
    if (program === undefined) throw new UsageError('missing operand');
    if (Object.keys(variables).length === 0) throw new UsageError('you must specify a buffering mode option');
    const errno = yield* execByName(tool.sys, tool.operands, { ...tool.env, ...variables });
    yield* tool.warn(`failed to run command ${tool.word(program)}: ${strerror(errno)}`);
    return errno === 'ENOENT' ? 127 : 126;
  },
});

function modeOf(tool: Tool, option: (typeof streams)[number][0], variable: string): Array<[string, string]> {
  const text = tool.value(option);
  if (text === null) return [];
  if (option === 'input' && /^L$/i.test(text)) throw new UsageError('line buffering stdin is meaningless');
  if (/^L$/i.test(text)) return [[variable, 'L']];
  const size = parseNumber(text, 'EGkKMPTYZ0');
  if (!size.ok) throw new Fatal(`invalid mode ${tool.word(text)}`, 125);
  return [[variable, String(size.value)]];
}
