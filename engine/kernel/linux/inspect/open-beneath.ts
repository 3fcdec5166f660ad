/** Opening what a learner named, without ever leaving the learner's root (openat2(2)). */
import { close, nativeSyscall, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../syscall';
import { tryOpen } from './raw-file';

const openat2 = nativeSyscall('openat2', ['int', 'const char *', 'const void *', 'size_t']);

const RESOLVE_NO_MAGICLINKS = 0x02;
/** Absolute paths and symbolic links start at the directory given, `..` stops there. */
const RESOLVE_IN_ROOT = 0x10;

const how = Buffer.alloc(24);
how.writeBigUInt64LE(BigInt(O_PATH | O_DIRECTORY | O_CLOEXEC), 0);
how.writeBigUInt64LE(BigInt(RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT), 16);

/**
 * Runs `action` with a path that leads to `directory` as seen from `root`, then lets go of it: an open descriptor would
 * keep the learner from unmounting. Null when there is no such directory.
 */
export function withDirectory<T>(root: string, directory: string, action: (path: string) => T): T | null {
  const base = tryOpen(root, O_PATH | O_DIRECTORY);
  if (base < 0) return null;
  const fd = openat2(base, directory, how, how.length);
  close(base);
  if (fd < 0) return null;
  try {
    return action(`/proc/self/fd/${fd}`);
  } finally {
    close(fd);
  }
}
