/** The calls that several parts of the Linux kernel port share, as functions that return a value or throw a `KernelError`. */
import { readFileSync } from 'node:fs';
import { AT_FDCWD, O_CLOEXEC, O_NONBLOCK, O_RDONLY } from './constants';
import { check, checkExcept, nativeFunction, nativeSyscall } from './native';

const nativeOpenat = nativeFunction('int openat(int dirfd, const char *path, int flags, unsigned int mode)');
const nativeClose = nativeFunction('int close(int fd)');
const nativeRead = nativeFunction('intptr_t read(int fd, void *buffer, size_t count)');
const nativeWrite = nativeFunction('intptr_t write(int fd, const void *buffer, size_t count)');
const nativeSetns = nativeFunction('int setns(int fd, int kind)');
const nativeMemfd = nativeFunction('int memfd_create(const char *name, unsigned int flags)');
const nativePidfdOpen = nativeSyscall('pidfd_open', ['int', 'unsigned int']);
const nativePidfdSignal = nativeSyscall('pidfd_send_signal', ['int', 'int', 'void *', 'unsigned int']);

const nativeFcntl = nativeFunction('int fcntl(int fd, int command, int argument)');

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const F_ADD_SEALS = 1033;
/** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE */
const allSeals = 0xf;

/** open(2), with O_CLOEXEC always added. */
export function open(path: string, flags: number = O_RDONLY, mode = 0, dirfd: number = AT_FDCWD): number {
  return check(nativeOpenat(dirfd, path, flags | O_CLOEXEC, mode), 'open', path);
}

/** close(2). The descriptor is gone whatever it returns, so nothing is thrown. */
export function close(fd: number): void {
  nativeClose(fd);
}

/** read(2): the number of bytes read, 0 at the end, null when it would block. */
export function read(fd: number, buffer: Uint8Array, what: string): number | null {
  return checkExcept(['EAGAIN'], nativeRead(fd, buffer, buffer.byteLength), 'read', what);
}

/** write(2): the number of bytes taken, null when it would block. */
export function write(fd: number, bytes: Uint8Array, what: string): number | null {
  return checkExcept(['EAGAIN'], nativeWrite(fd, bytes, bytes.byteLength), 'write', what);
}

/** memfd_create(2): an anonymous file, readable at `/proc/self/fd/N`. */
export function memfdCreate(name: string): number {
  return check(nativeMemfd(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), 'memfd_create', name);
}

/** Makes an anonymous file unchangeable for good (fcntl(2), "File Sealing"). */
export function sealFile(fd: number): void {
  check(nativeFcntl(fd, F_ADD_SEALS, allSeals), 'fcntl', 'F_ADD_SEALS');
}

/** Lets reads and writes of the open file answer EAGAIN instead of waiting (fcntl(2), F_SETFL). */
export function setNonBlocking(fd: number): void {
  const flags = check(nativeFcntl(fd, F_GETFL, 0), 'fcntl', 'F_GETFL');
  check(nativeFcntl(fd, F_SETFL, flags | O_NONBLOCK), 'fcntl', 'F_SETFL');
}

/** pidfd_open(2); readable (poll) once the process has ended. Errors: ESRCH. */
export function pidfdOpen(pid: number): number {
  return check(nativePidfdOpen(pid, 0), 'pidfd_open', String(pid));
}

/** pidfd_send_signal(2); false when the process is gone. */
export function pidfdSignal(pidfd: number, signal: number): boolean {
  return (
    checkExcept(['ESRCH'], nativePidfdSignal(pidfd, signal, null, 0), 'pidfd_send_signal', String(signal)) !== null
  );
}

/**
 * Runs `action` with this thread in the network namespace behind `path`, then goes back (setns(2)).
 * `action` must be synchronous: nothing else of the process may run meanwhile. What it opens stays in that namespace.
 */
export function inNetworkNamespace<T>(path: string, action: () => T): T {
  const home = open('/proc/thread-self/ns/net');
  try {
    const away = open(path);
    try {
      check(nativeSetns(away, 0), 'setns', path);
    } finally {
      close(away);
    }
    try {
      return action();
    } finally {
      if (nativeSetns(home, 0) < 0) {
        // Going on in a learner's network would be worse than ending.
        process.abort();
      }
    }
  } finally {
    close(home);
  }
}

/** Start time of a process in clock ticks since boot (proc_pid_stat(5), field 22): with the pid it names one process for good. */
export function startTime(pid: number | 'self'): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The command's name may hold spaces and parentheses: fields are counted from its last parenthesis.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
