/** link and unlink: the bare system calls (link(1), unlink(1)). */
import { expectOperands } from './common/operands';
import { makeTool } from './common/tool';

export const link = makeTool({
  name: 'link',
  help: 'FILE1 FILE2\nMake FILE2 another name of FILE1.',
  *run(tool) {
    const [from = '', to = ''] = expectOperands(tool, 2, 2);
    yield* tool.try(`cannot create link ${tool.quote(to)} to ${tool.quote(from)}`, () => tool.sys.link(from, to));
  },
});

export const unlink = makeTool({
  name: 'unlink',
  help: 'FILE\nRemove the name FILE.',
  *run(tool) {
    const [name = ''] = expectOperands(tool, 1, 1);
    yield* tool.try(`cannot unlink ${tool.quote(name)}`, () => tool.sys.unlink(name));
  },
});
