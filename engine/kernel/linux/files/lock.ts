/** Locks of flock(2): held by an open file, so the kernel gives them back however their holder ends. */
import koffi from 'koffi';
import { KernelError } from '../../port';
import { checkExcept, close, nativeFunction, O_CREAT, O_RDONLY, open } from '../syscall';

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

const flock = nativeFunction('int flock(int fd, int operation)');

/** The last in line for a file, in this process: the kernel would let two descriptors of one process wait for each other. */
const queues = new Map<string, Promise<void>>();

/**
 * Waits until nobody else, here or in another process, holds the file's lock. The file is made when it is missing; its
 * directory must be there. Resolves to what gives the lock back. Errors: of open(2).
 */
export async function lockFile(path: string): Promise<() => void> {
  const before = queues.get(path);
  let leave = () => {};
  const turn = new Promise<void>((resolve) => {
    leave = resolve;
  });
  queues.set(path, turn);
  await before;
  const release = () => {
    if (queues.get(path) === turn) queues.delete(path);
    leave();
  };
  try {
    const fd = await locked(path);
    return () => {
      close(fd);
      release();
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Holds a shared lock of a file or directory until this process ends. False when somebody has it alone. Errors: of open(2). */
export function holdShared(path: string): boolean {
  const fd = open(path, O_RDONLY);
  if (checkExcept(['EAGAIN'], flock(fd, LOCK_SH | LOCK_NB), 'flock', path) !== null) return true;
  close(fd);
  return false;
}

async function locked(path: string): Promise<number> {
  const fd = open(path, O_RDONLY | O_CREAT, 0o644);
  try {
    if (checkExcept(['EAGAIN'], flock(fd, LOCK_EX | LOCK_NB), 'flock', path) === null) await waitFor(fd, path);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** On a thread of libuv's: this one goes on. */
function waitFor(fd: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const blocking = koffi.load(null).func('int flock(int fd, int operation)');
    blocking.async(fd, LOCK_EX, (error: unknown, result: number) => {
      if (error || result !== 0) reject(new KernelError('EINTR', 'flock', path, 'the wait was interrupted'));
      else resolve();
    });
  });
}
