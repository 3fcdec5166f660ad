/** The system calls of a `Tree`. Paths are one name below a directory's descriptor. */
import { hasEscapes, nameToBytes } from '../../name-bytes';
import { type NativeArgument, nativeFunction, nativeSyscall } from '../syscall';

export const nativeOpenat = nativeFunction('int openat(int fd, const char *name, int flags, unsigned int mode)');
export const nativeOpenat2 = nativeSyscall('openat2', ['int', 'const char *', 'const void *', 'size_t']);
export const nativeStatx = nativeFunction(
  'int statx(int fd, const char *name, int flags, unsigned int mask, void *buffer)',
);
export const nativeMkdirat = nativeFunction('int mkdirat(int fd, const char *name, unsigned int mode)');
export const nativeMknodat = nativeFunction(
  'int mknodat(int fd, const char *name, unsigned int mode, uint64_t device)',
);
export const nativeSymlinkat = nativeFunction('int symlinkat(const char *target, int fd, const char *name)');
export const nativeLinkat = nativeFunction(
  'int linkat(int fd, const char *name, int to_fd, const char *to_name, int flags)',
);
export const nativeUnlinkat = nativeFunction('int unlinkat(int fd, const char *name, int flags)');
export const nativeRenameat = nativeFunction('int renameat(int fd, const char *name, int to_fd, const char *to_name)');
export const nativeReadlinkat = nativeFunction(
  'intptr_t readlinkat(int fd, const char *name, void *buffer, size_t size)',
);
export const nativeFchownat = nativeFunction(
  'int fchownat(int fd, const char *name, unsigned int uid, unsigned int gid, int flags)',
);
export const nativeFchmodat = nativeFunction('int fchmodat(int fd, const char *name, unsigned int mode, int flags)');
export const nativeUtimensat = nativeFunction('int utimensat(int fd, const char *name, const void *times, int flags)');
export const nativeFchown = nativeFunction('int fchown(int fd, unsigned int uid, unsigned int gid)');
export const nativeFchmod = nativeFunction('int fchmod(int fd, unsigned int mode)');
export const nativeFutimens = nativeFunction('int futimens(int fd, const void *times)');
export const nativeFtruncate = nativeFunction('int ftruncate(int fd, int64_t size)');
export const nativeFsync = nativeFunction('int fsync(int fd)');
export const nativePread = nativeFunction('intptr_t pread(int fd, void *buffer, size_t size, int64_t offset)');
export const nativeLseek = nativeFunction('int64_t lseek(int fd, int64_t offset, int whence)');
export const nativeListxattr = nativeFunction('intptr_t llistxattr(const char *path, void *list, size_t size)');
export const nativeGetxattr = nativeFunction(
  'intptr_t lgetxattr(const char *path, const char *name, void *value, size_t size)',
);
export const nativeSetxattr = nativeFunction(
  'int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)',
);
export const nativeRemovexattr = nativeFunction('int lremovexattr(const char *path, const char *name)');

/** Leaves a uid or gid, or a time, as it is (chown(2), utimensat(2)). */
export const unchanged = 0xffffffff;

/** A name or target as the C library takes it: text, or bytes with a NUL where it is no UTF-8. */
export function cString(name: string): NativeArgument {
  return hasEscapes(name) ? Buffer.concat([nameToBytes(name), Buffer.alloc(1)]) : name;
}

const times = new BigInt64Array(4);
const timeBytes = new Uint8Array(times.buffer);
const second = 1_000_000_000n;
let last = 0n;

/** Two `struct timespec`, both this time. Valid until the next call. */
export function timespecs(mtimeNs: bigint): Uint8Array {
  // Files that came together often have the same.
  if (mtimeNs === last) return timeBytes;
  last = mtimeNs;
  let seconds = mtimeNs / second;
  let nanoseconds = mtimeNs % second;
  if (nanoseconds < 0n) {
    seconds -= 1n;
    nanoseconds += second;
  }
  times[0] = seconds;
  times[1] = nanoseconds;
  times[2] = seconds;
  times[3] = nanoseconds;
  return timeBytes;
}
