/** Connecting with a time limit. */
import {
  type Blocking,
  type Errno,
  isSysError,
  type Nanoseconds,
  O_NONBLOCK,
  POLLOUT,
  type SocketAddress,
  type Sys,
} from '../../kernel/sim';

export interface DialOptions {
  type: 'stream' | 'dgram' | 'seqpacket';
  /** Null: as long as the kernel tries. */
  timeout: Nanoseconds | null;
  /** Before it is bound or connected. */
  prepare?: (fd: number) => void;
  bind?: SocketAddress | null;
}

/** `errno` null: the time was up. */
export type Dialled = { fd: number } | { fd: null; errno: Errno | null };

export function* dial(sys: Sys, address: SocketAddress, options: DialOptions): Blocking<Dialled> {
  const fd = sys.socket(address.family, options.type, 0, { nonBlock: true });
  try {
    options.prepare?.(fd);
    if (options.bind) sys.bind(fd, options.bind);
    const errno = yield* connect(sys, fd, address, options.timeout);
    if (errno === '') {
      sys.setFlags(fd, sys.getFlags(fd) & ~O_NONBLOCK);
      return { fd };
    }
    sys.close(fd);
    return { fd: null, errno };
  } catch (error) {
    if (!isSysError(error)) throw error;
    sys.close(fd);
    return { fd: null, errno: error.errno };
  }
}

function* connect(
  sys: Sys,
  fd: number,
  address: SocketAddress,
  timeout: Nanoseconds | null,
): Blocking<Errno | '' | null> {
  try {
    yield* sys.connect(fd, address);
    return '';
  } catch (error) {
    if (!isSysError(error, 'EINPROGRESS')) throw error;
  }
  const { ready } = yield* sys.poll([{ fd, events: POLLOUT }], timeout);
  if (ready === 0) return null;
  return errnoOf(sys.getsockopt(fd, 'error'));
}

/** SO_ERROR as the name of an error; empty for none. */
function errnoOf(value: string | number): Errno | '' {
  const known: readonly Errno[] = [
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'ECONNRESET',
    'EACCES',
    'EPERM',
  ];
  return value === '' || value === 0 ? '' : (known.find((one) => one === value) ?? 'EIO');
}
