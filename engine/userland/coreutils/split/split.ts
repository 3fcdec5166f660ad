/** split: a file in pieces (split(1)). */
import { type Blocking, isSysError, strerror } from '../../../kernel/sim';
import { extraOperand } from '../common/operands';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { readPlan, separatorOf } from './plan';
import { Splitter } from './splitter';
import { Suffixes } from './suffixes';

export const split = makeTool({
  name: 'split',
  options: [
    { short: 'a', long: 'suffix-length', value: 'required' },
    { long: 'additional-suffix', value: 'required' },
    { short: 'b', long: 'bytes', value: 'required' },
    { short: 'C', long: 'line-bytes', value: 'required' },
    { short: 'd' },
    { long: 'numeric-suffixes', value: 'optional' },
    { short: 'x' },
    { long: 'hex-suffixes', value: 'optional' },
    { short: 'e', long: 'elide-empty-files' },
    { long: 'filter', value: 'required' },
    { short: 'l', long: 'lines', value: 'required' },
    { short: 'n', long: 'number', value: 'required' },
    { short: 't', long: 'separator', value: 'required' },
    { short: 'u', long: 'unbuffered' },
    { long: 'verbose' },
  ],
  rewrite: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '-l$1')),
  help: `[OPTION]... [FILE [PREFIX]]
Write pieces of FILE to PREFIXaa (xaa), PREFIXab ...

  -a, --suffix-length=N    letters of the suffix (2)     --additional-suffix=SUFFIX
  -b, --bytes=SIZE         bytes a piece                 -C, --line-bytes=SIZE   of whole lines
  -d, --numeric-suffixes[=FROM]   -x, --hex-suffixes[=FROM]
  -e, --elide-empty-files  with -n
      --filter=COMMAND     pipe each piece to COMMAND, which finds its name in $FILE
  -l, --lines=NUMBER       lines a piece (1000)
  -n, --number=CHUNKS      N, K/N, l/N, l/K/N, r/N, r/K/N
  -t, --separator=SEP      instead of a newline
      --verbose            say what is written`,
  *run(tool) {
    const { operands } = tool;
    if (operands.length > 2) throw extraOperand(tool, operands[2] ?? '');
    const [name = '-', prefix = 'x'] = operands;
    const plan = readPlan(tool);
    const input = yield* openSource(tool, name);
    const suffixes = new Suffixes(tool, plan);
    const splitter = new Splitter(tool, input, prefix, suffixes, separatorOf(tool));
    yield* tool.attempt(tool.bare(name), () => splitter.run(plan));
  },
});

function* openSource(tool: Tool, name: string): Blocking<number> {
  if (name === '-') return 0;
  try {
    return yield* tool.sys.open(name, 0);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`cannot open ${tool.quote(name)} for reading: ${strerror(error.errno)}`);
  }
}
