/** fallocate(1): gives a file its place ahead of time. */
import { isSysError, O_CREAT, O_RDWR, strerror } from '../../kernel/sim';
import { parseNumber } from '../lib/numbers';
import { Fatal, utilLinux } from './common/frame';

export const fallocate = utilLinux({
  name: 'fallocate',
  options: [
    { long: 'collapse-range', short: 'c' },
    { long: 'dig-holes', short: 'd' },
    { long: 'insert-range', short: 'i' },
    { long: 'length', short: 'l', value: 'required' },
    { long: 'keep-size', short: 'n' },
    { long: 'offset', short: 'o', value: 'required' },
    { long: 'punch-hole', short: 'p' },
    { long: 'zero-range', short: 'z' },
    { long: 'posix', short: 'x' },
    { long: 'verbose', short: 'v' },
  ],
  help: '[options] <filename>\n\nPreallocate space to, or deallocate space from a file.',
  *run({ sys, options: given }) {
    const [path] = given.operands;
    const length = given.value('length');
    if (path === undefined) throw new Fatal('no filename specified');
    if (length === null && !given.has('dig-holes')) throw new Fatal('no length argument specified');
    const [size, offset] = [amount(length ?? '1', 'length'), amount(given.value('offset') ?? '0', 'offset')];
    for (const mode of ['collapse-range', 'dig-holes', 'insert-range', 'punch-hole', 'zero-range']) {
      if (given.has(mode)) throw new Fatal('fallocate failed: Operation not supported');
    }
    let fd: number;
    try {
      fd = yield* sys.open(path, O_RDWR | O_CREAT, 0o666);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`cannot open ${path}: ${strerror(error.errno)}`);
    }
    try {
      const before = sys.fstat(fd).size;
      sys.fallocate(fd, offset, size);
      if (given.has('keep-size')) sys.ftruncate(fd, before);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`fallocate failed: ${strerror(error.errno)}`);
    }
    return 0;
  },
});

function amount(text: string, what: string): number {
  const parsed = parseNumber(text.replace(/([KMGTPE])iB$/, '$1'), 'KMGTPE');
  if (!parsed.ok) throw new Fatal(`invalid ${what} value specified`);
  return parsed.value;
}
