/** mountpoint(1): whether a directory is one. */
import { isSysError, strerror } from '../../kernel/sim';
import { readFile, writeAll } from '../lib/io';
import { parseMountinfo } from '../lib/mountinfo';
import { canonicalPath } from '../lib/realpath';
import { deviceText, isLink } from '../lib/stat';
import { utilLinux } from './common/frame';

/** "Not a mount point". */
const no = 32;

export const mountpoint = utilLinux({
  name: 'mountpoint',
  options: [
    { long: 'quiet', short: 'q' },
    { long: 'fs-devno', short: 'd' },
    { long: 'nofollow' },
    { long: 'devno', short: 'x' },
  ],
  help: '[-qd] /path/to/directory\n\nCheck whether a directory or file is a mountpoint.',
  *run({ sys, options: given, out }) {
    const [path] = given.operands;
    const isQuiet = given.has('quiet');
    if (path === undefined || given.operands.length > 1) {
      yield* writeAll(sys, 2, "mountpoint: bad usage\nTry 'mountpoint --help' for more information.\n");
      return 1;
    }
    try {
      const stat = sys.stat(path);
      if (given.has('devno')) {
        // There are no block devices whose number could be told.
        yield* writeAll(sys, 2, `mountpoint: ${path}: not a block device\n`);
        return no;
      }
      const isRefused = given.has('nofollow') && isLink(sys.lstat(path));
      const full = isRefused ? '' : canonicalPath(sys, path, 'all');
      const mounts = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'));
      const isOne = mounts.some(({ target }) => target === full);
      if (given.has('fs-devno') && isOne) yield* out.line(deviceText(stat.dev));
      else if (!isQuiet) yield* out.line(`${path} is ${isOne ? '' : 'not '}a mountpoint`);
      return isOne ? 0 : no;
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (!isQuiet) yield* writeAll(sys, 2, `mountpoint: ${path}: ${strerror(error.errno)}\n`);
      return 1;
    }
  },
});
