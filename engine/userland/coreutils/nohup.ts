/** nohup: runs a program that goes on when the terminal hangs up (nohup(1)). */
import { type Blocking, isSysError, O_APPEND, O_CREAT, O_WRONLY, signalNumbers, strerror } from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { UsageError } from '../lib/options';
import { joinPath } from '../lib/paths';
import { Fatal, makeTool, type Tool } from './common/tool';

export const nohup = makeTool({
  name: 'nohup',
  usageStatus: 125,
  stopAtOperand: true,
  help: `COMMAND [ARG]...
Run COMMAND, ignoring hangups. Output that would go to a terminal goes to nohup.out, here or in the home directory.`,
  *run(tool) {
    const { sys } = tool;
    const [program] = tool.operands;
    if (program === undefined) throw new UsageError('missing operand');
    const [input, output, errors] = [sys.isatty(0), sys.isatty(1), sys.isatty(2)];
    if (input) {
      sys.dup2(yield* sys.open('/dev/null', O_WRONLY), 0);
      if (!output && !errors) yield* tool.warn('ignoring input');
    }
    if (output) yield* redirectOutput(tool, input);
    if (errors) {
      if (!output)
        yield* tool.warn(input ? 'ignoring input and redirecting stderr to stdout' : 'redirecting stderr to stdout');
      sys.dup2(1, 2);
    }
    sys.sigaction(signalNumbers.SIGHUP, 'ignore');
    const errno = yield* execByName(sys, tool.operands, tool.env);
    yield* writeAll(sys, 2, `${tool.name}: failed to run command ${tool.quote(program)}: ${strerror(errno)}\n`);
    return errno === 'ENOENT' ? 127 : 126;
  },
});

function* redirectOutput(tool: Tool, ignoresInput: boolean): Blocking<void> {
  const { sys } = tool;
  const home = tool.env.HOME;
  const names = ['nohup.out', ...(home === undefined ? [] : [joinPath(home, 'nohup.out')])];
  const messages: string[] = [];
  for (const name of names) {
    try {
      sys.dup2(yield* sys.open(name, O_WRONLY | O_CREAT | O_APPEND, 0o600), 1);
      const what = ignoresInput ? 'ignoring input and appending output to' : 'appending output to';
      return yield* tool.warn(`${what} ${tool.quote(name)}`);
    } catch (error) {
      if (!isSysError(error)) throw error;
      messages.push(`failed to open ${tool.quote(name)}: ${strerror(error.errno)}`);
    }
  }
  for (const message of messages.slice(0, -1)) yield* tool.warn(message);
  throw new Fatal(messages.at(-1) ?? '', 125);
}
