/** `UDP-LISTEN`, `UDP-RECVFROM`, `UDP-RECV`: datagrams from whoever sends them. */
import type { Blocking, InetFamily } from '../../../kernel/sim';
import type { Channel } from './channel';
import { guarded, peerEnvironment, plainSignals, SIGCHLD } from './children';
import { endText, familyOf, localAddress, portOf } from './endpoints';
import type { Kind, Opening, Serve } from './kind';
import { SocatError } from './log';
import { applySocketOptions, bindOr, socketEnd } from './socket-options';

export function udpListening(family: InetFamily, isOneShot: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const kind = familyOf(family, address) ?? family;
      const local = yield* localAddress(opening, address, kind, portOf(opening, address.parameters[0] ?? ''));
      if (!local) throw new SocatError('no port');
      const forks = address.options.has('fork');
      if (forks) sys.sigaction(SIGCHLD, 'ignore');
      do {
        const fd = sys.socket(kind, 'dgram');
        if (forks) sys.setsockopt(fd, 'reuseaddr', 1);
        applySocketOptions(sys, fd, address);
        bindOr(sys, fd, local);
        const { from } = yield* sys.recv(fd, 1, { peek: true });
        if (!from) continue;
        yield* log.say('N', `accepting UDP connection from ${endText(from)}`);
        const env = { ...opening.env, ...peerEnvironment(sys, fd, from) };
        const channel: Channel = isOneShot
          ? { ...socketEnd(fd), peer: from, isOneShot: true, closeWrite: () => undefined }
          : socketEnd(fd);
        if (!forks) {
          if (!isOneShot) yield* sys.connect(fd, from);
          return yield* serve({ ...opening, env }, channel);
        }
        if (isOneShot) yield* serveDatagram(opening, fd, env, channel, serve);
        else {
          yield* sys.connect(fd, from);
          sys.fork(function* (child): Blocking<number> {
            plainSignals(child);
            return yield* guarded(log.in(child), serve({ ...opening, sys: child, env, log: log.in(child) }, channel));
          });
        }
        sys.close(fd);
      } while (forks);
    },
  };
}

/** The child has the datagram in a pipe: the socket is free for the next. */
function* serveDatagram(
  opening: Opening,
  fd: number,
  env: Record<string, string>,
  channel: Channel,
  serve: Serve,
): Blocking<void> {
  const { sys, log } = opening;
  const { data } = yield* sys.recv(fd, 65_536);
  const { readEnd, writeEnd } = sys.pipe();
  yield* sys.write(writeEnd, data);
  sys.close(writeEnd);
  sys.fork(function* (child): Blocking<number> {
    plainSignals(child);
    return yield* guarded(
      log.in(child),
      serve({ ...opening, sys: child, env, log: log.in(child) }, { ...channel, readFd: readEnd }),
    );
  });
  sys.close(readEnd);
}

export function udpReceiving(family: InetFamily): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys } = opening;
      const local = yield* localAddress(opening, address, family, portOf(opening, address.parameters[0] ?? ''));
      if (!local) throw new SocatError('no port');
      const fd = sys.socket(family, 'dgram');
      applySocketOptions(sys, fd, address);
      bindOr(sys, fd, local);
      yield* serve(opening, { ...socketEnd(fd), closeWrite: () => undefined });
    },
  };
}
