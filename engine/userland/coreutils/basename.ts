/** basename: the last part of path names (basename(1)). */
import { UsageError } from '../lib/options';
import { baseName } from '../lib/paths';
import { extraOperand } from './common/operands';
import { makeTool } from './common/tool';

export const basename = makeTool({
  name: 'basename',
  options: [
    { short: 'a', long: 'multiple' },
    { short: 's', long: 'suffix', value: 'required' },
    { short: 'z', long: 'zero' },
  ],
  stopAtOperand: true,
  help: `NAME [SUFFIX]
  or:  basename OPTION... NAME...
Print the last component of NAME, without a SUFFIX if there is one.

  -a, --multiple       take every operand as a NAME
  -s, --suffix=SUFFIX  remove SUFFIX; implies -a
  -z, --zero           end each line with NUL`,
  *run(tool) {
    const { operands } = tool;
    const isMultiple = tool.has('multiple') || tool.has('suffix');
    if (operands.length === 0) throw new UsageError('missing operand');
    if (!isMultiple && operands.length > 2) throw extraOperand(tool, operands[2] ?? '');
    const suffix = isMultiple ? (tool.value('suffix') ?? '') : (operands[1] ?? '');
    const end = tool.has('zero') ? '\0' : '\n';
    for (const name of isMultiple ? operands : operands.slice(0, 1)) {
      yield* tool.write(withoutSuffix(baseName(name), suffix) + end);
    }
  },
});

function withoutSuffix(name: string, suffix: string): string {
  return suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}
