/** nice: runs a program with another niceness, or prints it (nice(1)). */
import { isSysError, strerror } from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { parseSigned } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { Fatal, makeTool } from './common/tool';

export const nice = makeTool({
  name: 'nice',
  options: [{ short: 'n', long: 'adjustment', value: 'required' }],
  usageStatus: 125,
  stopAtOperand: true,
  rewrite,
  help: `[OPTION] [COMMAND [ARG]...]
Run COMMAND with another niceness, which goes from -20 (most favourable) to 19; print it without one.

  -n, --adjustment=N   add N to the niceness (10)`,
  *run(tool) {
    const { sys } = tool;
    const text = tool.value('adjustment');
    const [program] = tool.operands;
    const adjustment = text === null ? 10 : parseAdjustment(text);
    if (adjustment === null) throw new Fatal(`invalid adjustment ${tool.word(text ?? '')}`, 125);
    if (program === undefined) {
      if (text !== null) throw new UsageError('a command must be given with an adjustment');
      yield* tool.line(String(sys.getpriority()));
      return 0;
    }
    try {
      sys.setpriority(0, sys.getpriority() + adjustment);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* tool.warn(`cannot set niceness: ${strerror(error.errno === 'EPERM' ? 'EACCES' : error.errno)}`);
    }
    const errno = yield* execByName(sys, tool.operands, tool.env);
    yield* tool.warn(`${tool.word(program)}: ${strerror(errno)}`);
    return errno === 'ENOENT' ? 127 : 126;
  },
});

/** `-5`, `--5` and `-+5` as in old times. */
function rewrite(args: readonly string[]): string[] {
  const result: string[] = [];
  for (const [at, arg] of args.entries()) {
    if (/^-[-+]?\d/.test(arg)) result.push('-n', arg.slice(1));
    else if (arg.startsWith('-') && arg !== '--' && arg !== '-n') result.push(arg);
    else return [...result, ...args.slice(at)];
  }
  return result;
}

function parseAdjustment(text: string): number | null {
  const parsed = parseSigned(text);
  if (!parsed.ok && parsed.reason === 'invalid') return null;
  const value = parsed.ok ? parsed.value : text.includes('-') ? -39 : 39;
  return Math.min(39, Math.max(-39, value));
}
