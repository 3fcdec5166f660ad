/** `ipcs -u`: how much there is. */
import type { Blocking } from '../../../kernel/sim';
import type { Frame } from '../common/frame';
import type { Kind } from './ipcs';

const pageBytes = 4096;

export function* summary({ sys, out }: Frame, kind: Kind): Blocking<void> {
  for (const line of linesOf(sys, kind)) yield* out.line(line);
}

function linesOf(sys: Frame['sys'], kind: Kind): string[] {
  if (kind === 'queues') {
    const queues = sys.msgList();
    return [
      '------ Messages Status --------',
      `allocated queues = ${queues.length}`,
      `used headers = ${queues.reduce((sum, { messages }) => sum + messages, 0)}`,
      `used space = ${queues.reduce((sum, { bytes }) => sum + bytes, 0)} bytes`,
    ];
  }
  if (kind === 'shmems') {
    const segments = sys.shmList();
    return [
      '------ Shared Memory Status --------',
      `segments allocated ${segments.length}`,
      `pages allocated ${segments.reduce((sum, { size }) => sum + Math.ceil(size / pageBytes), 0)}`,
      'pages resident  0',
      'pages swapped   0',
      'Swap performance: 0 attempts\t 0 successes',
    ];
  }
  const arrays = sys.semList();
  return [
    '------ Semaphore Status --------',
    `used arrays = ${arrays.length}`,
    `allocated semaphores = ${arrays.reduce((sum, { count }) => sum + count, 0)}`,
  ];
}
