/** sync: writes what is held back to the disks (sync(1)). Nothing is held back here, but names are checked. */
import { O_NONBLOCK, O_RDONLY } from '../../kernel/sim';
import { Fatal, makeTool } from './common/tool';

export const sync = makeTool({
  name: 'sync',
  options: [
    { short: 'd', long: 'data' },
    { short: 'f', long: 'file-system' },
  ],
  help: `[OPTION] [FILE]...
Write cached data to storage: of all filesystems, or of the FILEs.

  -d, --data          only the data of files
  -f, --file-system   the filesystems the files are in`,
  *run(tool) {
    if (tool.has('data') && tool.has('file-system')) {
      throw new Fatal('cannot specify both --data and --file-system');
    }
    if (tool.has('data') && tool.operands.length === 0) throw new Fatal('--data needs at least one argument');
    for (const name of tool.operands) {
      const fd = yield* tool.attempt(`error opening ${tool.quote(name)}`, () =>
        tool.sys.open(name, O_RDONLY | O_NONBLOCK),
      );
      if (fd === null) continue;
      yield* tool.try(`error syncing ${tool.quote(name)}`, () => tool.sys.fsync(fd));
      tool.sys.close(fd);
    }
  },
});
