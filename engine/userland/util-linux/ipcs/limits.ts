/** `ipcs -l`: how much there may be. */
import type { Blocking } from '../../../kernel/sim';
import { readFile } from '../../lib/io';
import type { Frame } from '../common/frame';
import type { Kind } from './ipcs';

const pageBytes = 4096n;
const largest = (1n << 64n) - 1n;

export function* limits({ sys, out }: Frame, kind: Kind): Blocking<void> {
  const setting = function* (name: string): Blocking<string> {
    return (yield* readFile(sys, `/proc/sys/kernel/${name}`)).trim();
  };
  if (kind === 'queues') {
    yield* out.line('------ Messages Limits --------');
    yield* out.line(`max queues system wide = ${yield* setting('msgmni')}`);
    yield* out.line(`max size of message (bytes) = ${yield* setting('msgmax')}`);
    yield* out.line(`default max size of queue (bytes) = ${yield* setting('msgmnb')}`);
  } else if (kind === 'shmems') {
    yield* out.line('------ Shared Memory Limits --------');
    yield* out.line(`max number of segments = ${yield* setting('shmmni')}`);
    yield* out.line(`max seg size (kbytes) = ${BigInt(yield* setting('shmmax')) / 1024n}`);
    yield* out.line(`max total shared memory (kbytes) = ${totalKiB(BigInt(yield* setting('shmall')))}`);
    yield* out.line('min seg size (bytes) = 1');
  } else {
    const [perArray = '', total = '', perCall = '', arrays = ''] = (yield* setting('sem')).split(/\s+/);
    yield* out.line('------ Semaphore Limits --------');
    yield* out.line(`max number of arrays = ${arrays}`);
    yield* out.line(`max semaphores per array = ${perArray}`);
    yield* out.line(`max semaphores system wide = ${total}`);
    yield* out.line(`max ops per semop call = ${perCall}`);
    yield* out.line('semaphore max value = 32767');
  }
}

/** In 64 bits, and whole pages at most. */
function totalKiB(pages: bigint): bigint {
  const perPage = pageBytes / 1024n;
  const total = pages * perPage;
  return total > largest ? largest - (largest % perPage) : total;
}
