/** ipcmk(1): makes shared memory, semaphores and queues with a key by chance. */
import { isSysError, type Sys, strerror } from '../../kernel/sim';
import { parseNumber } from '../lib/numbers';
import { Fatal, utilLinux } from './common/frame';

const IPC_CREAT = 0o1000;

export const ipcmk = utilLinux({
  name: 'ipcmk',
  options: [
    { long: 'shmem', short: 'M', value: 'required' },
    { long: 'semaphore', short: 'S', value: 'required' },
    { long: 'queue', short: 'Q' },
    { long: 'mode', short: 'p', value: 'required' },
  ],
  help: '[options]\n\nCreate various IPC resources.',
  *run({ sys, options: given, out }) {
    const octal = given.value('mode') ?? '644';
    if (!/^[0-7]+$/.test(octal)) throw new Fatal('failed to parse mode: Success');
    const mode = Number.parseInt(octal, 8);
    const flags = IPC_CREAT | (mode & 0o777);
    const [size, count] = [given.value('shmem'), given.value('semaphore')];
    if (size === null && count === null && !given.has('queue'))
      throw new Fatal("bad usage\nTry 'ipcmk --help' for more information.");
    if (size !== null) {
      const bytes = amount(size);
      yield* out.line(
        `Shared memory id: ${make('create share memory failed', () => sys.shmget(key(sys), bytes, flags))}`,
      );
    }
    if (given.has('queue')) {
      yield* out.line(`Message queue id: ${make('create message queue failed', () => sys.msgget(key(sys), flags))}`);
    }
    if (count !== null) {
      const number = amount(count);
      yield* out.line(`Semaphore id: ${make('create semaphore failed', () => sys.semget(key(sys), number, flags))}`);
    }
    return 0;
  },
});

function amount(text: string): number {
  const binary = text.replace(/([KMGTPE])iB$/, '$1');
  const parsed = parseNumber(binary, 'KMGTPE');
  if (!parsed.ok) throw new Fatal(`failed to parse size: '${text}': Invalid argument`);
  return parsed.value;
}

function key(sys: Sys): number {
  return sys.random(4).reduce((sum, byte) => sum * 256 + byte, 0) | 0;
}

function make(message: string, work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (isSysError(error)) throw new Fatal(`${message}: ${strerror(error.errno)}`);
    throw error;
  }
}
