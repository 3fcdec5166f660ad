/** /proc/PID/timens_offsets: the clocks of the time namespace its children are born in (time_namespaces(7)). */
import { SysError } from '../../../abi/errno';
import { isCapable } from '../../../task/credentials';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';

const second = 1_000_000_000;
/** Clocks must stay between 0 and KTIME_MAX / 2. */
const maxSeconds = Math.floor(9223372036 / 2);

export function timensOffsetsFile({ task }: PidContext): TextSource {
  return {
    ...about(task, () => {
      const { monotonicOffset, boottimeOffset } = task.ns.timeForChildren;
      return row('monotonic', monotonicOffset) + row('boottime', boottimeOffset);
    }),
    write: (text, _writer, { opener }) => {
      const ns = task.ns.timeForChildren;
      const offsets = text
        .split('\n')
        .filter((line) => line !== '')
        .map(parse);
      if (offsets.length === 0) throw new SysError('EINVAL');
      if (ns.owner === null || !opener || !isCapable(opener.cred, 'sys_time', ns.owner)) throw new SysError('EPERM');
      for (const { offset } of offsets) {
        const clock = task.kernel.now + offset;
        if (clock < 0 || clock > maxSeconds * second) throw new SysError('ERANGE');
      }
      // Fixed once a process lives in it.
      if (ns.tasks > 0) throw new SysError('EACCES');
      for (const { clock, offset } of offsets) {
        if (clock === 'monotonic') ns.monotonicOffset = offset;
        else ns.boottimeOffset = offset;
      }
    },
  };
}

function row(clock: string, offset: number): string {
  const seconds = Math.floor(offset / second);
  return `${clock.padEnd(10)} ${String(seconds).padStart(10)} ${String(offset - seconds * second).padStart(9)}\n`;
}

function parse(line: string): { clock: 'monotonic' | 'boottime'; offset: number } {
  const match = /^\s*(monotonic|boottime|1|7)\s+(-?\d+)\s+(\d+)\s*$/.exec(line);
  const [, name, seconds, nanoseconds] = match ?? [];
  if (name === undefined || Number(nanoseconds) >= second) throw new SysError('EINVAL');
  const clock = name === 'monotonic' || name === '1' ? 'monotonic' : 'boottime';
  return { clock, offset: Number(seconds) * second + Number(nanoseconds) };
}
