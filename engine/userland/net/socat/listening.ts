/** `TCP-LISTEN`, `UNIX-LISTEN`: others come, one by one or with `fork` at the same time. */
import { type Blocking, type InetFamily, isSysError, type SocketAddress, type Sys } from '../../../kernel/sim';
import type { Address } from './address';
import { guarded, peerEnvironment, plainSignals, SIGCHLD } from './children';
import { endText, familyOf, localAddress, portOf, unixPath } from './endpoints';
import type { Kind, Opening, Serve } from './kind';
import { SocatError } from './log';
import { applySocketOptions, bindOr, socketEnd } from './socket-options';

export function listening(family: InetFamily): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const kind = familyOf(family, address) ?? family;
      const local = yield* localAddress(opening, address, kind, portOf(opening, address.parameters[0] ?? ''));
      if (!local) throw new SocatError('no port');
      const fd = sys.socket(kind, 'stream');
      applySocketOptions(sys, fd, address);
      bindOr(sys, fd, local);
      sys.listen(fd, Number(address.options.get('backlog') ?? 5));
      yield* log.say('N', `listening on ${endText(local)}`);
      yield* acceptAll(opening, address, fd, serve, local);
    },
  };
}

function* acceptAll(
  opening: Opening,
  address: Address,
  fd: number,
  serve: Serve,
  local: SocketAddress,
): Blocking<void> {
  const { sys, log } = opening;
  const forks = address.options.has('fork');
  if (forks) sys.sigaction(SIGCHLD, 'ignore');
  do {
    const { fd: connection, peer } = yield* sys.accept(fd);
    yield* log.say('N', `accepting connection from ${endText(peer)} on ${endText(sys.getsockname(connection))}`);
    const env = { ...opening.env, ...peerEnvironment(sys, connection, peer) };
    if (!forks) {
      sys.close(fd);
      return yield* serve({ ...opening, env }, socketEnd(connection));
    }
    const pid = sys.fork(function* (child): Blocking<number> {
      plainSignals(child);
      child.close(fd);
      return yield* guarded(
        log.in(child),
        serve({ ...opening, sys: child, env, log: log.in(child) }, socketEnd(connection)),
      );
    });
    yield* log.say('N', `forked off child process ${pid}`);
    sys.close(connection);
    yield* log.say('N', `listening on ${endText(local)}`);
  } while (forks);
}

export function unixListening(isAbstract: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const [path = ''] = address.parameters;
      const local = unixPath(path, isAbstract);
      if (address.options.has('unlink-early')) unlinkQuietly(sys, path);
      const fd = sys.socket('unix', 'stream');
      bindOr(sys, fd, local);
      const mode = address.options.get('mode') ?? address.options.get('perm');
      if (mode !== undefined && !isAbstract) sys.chmod(path, Number.parseInt(mode, 8));
      sys.listen(fd, Number(address.options.get('backlog') ?? 5));
      yield* log.say('N', `listening on ${endText(local)}`);
      yield* acceptAll(opening, address, fd, serve, local);
    },
  };
}

export function unlinkQuietly(sys: Sys, path: string): void {
  try {
    sys.unlink(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
