/** `TCP`, `UDP`, `UNIX-CONNECT` and the like: the other end is there already. */
import { type Blocking, type InetFamily, strerror } from '../../../kernel/sim';
import { dial } from '../dial';
import type { Address } from './address';
import { endText, familyOf, type InetAddress, localAddress, remoteAddresses, unixPath } from './endpoints';
import { failed, type Kind, type Opening } from './kind';
import { SocatError } from './log';
import { applySocketOptions, socketEnd } from './socket-options';

export function connecting(type: 'stream' | 'dgram', family: InetFamily | null): Kind {
  return {
    parameters: 2,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const addresses = yield* remoteAddresses(opening, address, familyOf(family, address));
      const times = address.options.has('forever')
        ? Number.POSITIVE_INFINITY
        : Number(address.options.get('retry') ?? 0);
      const pause = Number(address.options.get('interval') ?? 1) * 1e9;
      for (let attempt = 0; ; attempt++) {
        const result = yield* connectAny(opening, address, addresses, type);
        if (typeof result === 'number') return yield* serve({ ...opening, sys }, socketEnd(result));
        if (attempt >= times) throw result;
        yield* log.say('W', result.message);
        yield* sys.nanosleep(pause);
      }
    },
  };
}

function* connectAny(
  opening: Opening,
  address: Address,
  addresses: readonly InetAddress[],
  type: 'stream' | 'dgram',
): Blocking<number | SocatError> {
  const { sys, log } = opening;
  let last = new SocatError('');
  for (const to of addresses) {
    yield* log.say('N', `opening connection to ${endText(to)}`);
    const limit = address.options.get('connect-timeout');
    const result = yield* dial(sys, to, {
      type,
      timeout: limit === undefined ? null : Number(limit) * 1e9,
      prepare: (fd) => applySocketOptions(sys, fd, address),
      bind: yield* localAddress(opening, address, to.family, null),
    });
    if (result.fd !== null) {
      yield* log.say('N', `successfully connected from local address ${endText(sys.getsockname(result.fd))}`);
      return result.fd;
    }
    const length = to.family === 'inet' ? 16 : 28;
    last = new SocatError(`connect(5, ${endText(to)}, ${length}): ${strerror(result.errno ?? 'ETIMEDOUT')}`);
  }
  return last;
}

export function unixConnecting(isAbstract: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, log } = opening;
      const [path = ''] = address.parameters;
      const to = unixPath(path, isAbstract);
      const fd = sys.socket('unix', 'stream');
      yield* log.say('N', `opening connection to ${endText(to)}`);
      try {
        yield* sys.connect(fd, to);
      } catch (error) {
        throw failed(`${isAbstract ? 'ABSTRACT-CLIENT' : 'UNIX-CLIENT'}:${path}`, error);
      }
      yield* serve(opening, socketEnd(fd));
    },
  };
}
