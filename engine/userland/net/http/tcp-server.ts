/** Sockets that listen, as servers here open them. */
import type { Blocking, SocketAddress, Sys } from '../../../kernel/sim';

/** A listening TCP socket with SO_REUSEADDR. Errors as bind(2) and listen(2). */
export function listenTcp(sys: Sys, address: SocketAddress, backlog: number): number {
  const domain = address.family === 'inet' ? 'inet' : 'inet6';
  const fd = sys.socket(domain, 'stream');
  try {
    sys.setsockopt(fd, 'reuseaddr', 1);
    sys.bind(fd, address);
    sys.listen(fd, backlog);
  } catch (error) {
    sys.close(fd);
    throw error;
  }
  return fd;
}

/** `1.2.3.4:80`, `[::1]:80`; a mapped address in its IPv6 form, as an IPv6 socket is told it. */
export function endText(address: SocketAddress): string {
  if (address.family === 'inet') return `${address.address}:${address.port}`;
  if (address.family === 'inet6') return `[${address.address}]:${address.port}`;
  return address.family === 'unix' ? address.path : '';
}

/** Without the port, and of a mapped address only the IPv4 part. */
export function hostText(address: SocketAddress): string {
  if (address.family !== 'inet' && address.family !== 'inet6') return '';
  return address.address.replace(/^::ffff:/, '');
}

/** Runs `serve` in a child for every connection; children are not waited for. Ends only by a signal. */
export function* acceptLoop(
  sys: Sys,
  fd: number,
  serve: (child: Sys, connection: number, peer: SocketAddress) => Blocking<number>,
): Blocking<never> {
  const SIGCHLD = 17;
  sys.sigaction(SIGCHLD, 'ignore');
  for (;;) {
    const { fd: connection, peer } = yield* sys.accept(fd);
    sys.fork(function* (child): Blocking<number> {
      child.sigaction(SIGCHLD, 'default');
      child.close(fd);
      return yield* serve(child, connection, peer);
    });
    sys.close(connection);
  }
}
