/** copy_file_range(2). */
import { SysError } from '../abi/errno';
import { O_APPEND } from '../abi/files';
import type { Blocking } from '../sched/blocking';
import type { Task } from '../task/task';
import type { OpenFile } from './open-file';

const chunkBytes = 1 << 20;

export function* copyRange(from: OpenFile, to: OpenFile, count: number, task: Task): Blocking<number> {
  if (!from.isReadable || !to.isWritable || (to.flags & O_APPEND) !== 0) throw new SysError('EBADF');
  const [source, target] = [from.inode, to.inode];
  if (source?.isDirectory || target?.isDirectory) throw new SysError('EISDIR');
  if (!source?.isFile || !target?.isFile) throw new SysError('EINVAL');
  if (source.sb !== target.sb) throw new SysError('EXDEV');
  const overlaps = source === target && Math.abs(from.position - to.position) < count;
  if (overlaps) throw new SysError('EINVAL');
  const cloned = target.cloneFrom(source, from.position, to.position, count);
  if (cloned !== null) {
    from.position += cloned;
    to.position += cloned;
    return cloned;
  }
  const data = from.pread(Math.min(count, chunkBytes), from.position);
  const written = yield* to.write(data, task);
  from.position += written;
  return written;
}
