/** Says to everybody who calls which server it is, and from where the call seems to come. */

import type { Blocking, SocketAddress, Sys } from '../../../../engine/kernel/sim';
import * as kernel from '../../../../engine/kernel/sim';

const services = [
  { type: 'stream', port: 80 },
  { type: 'stream', port: 8080 },
  { type: 'dgram', port: 53 },
] as const;

interface Listener {
  fd: number;
  type: 'stream' | 'dgram';
  port: number;
}

export function* serve(sys: Sys, name: string): Blocking<number> {
  const listeners = (['inet', 'inet6'] as const).flatMap((domain) =>
    services.map(({ type, port }): Listener => {
      const fd = sys.socket(domain, type);
      if (domain === 'inet6') sys.setsockopt(fd, 'v6only', 1);
      sys.bind(
        fd,
        domain === 'inet' ? { family: domain, address: '0.0.0.0', port } : { family: domain, address: '::', port },
      );
      if (type === 'stream') sys.listen(fd, 128);
      return { fd, type, port };
    }),
  );
  for (;;) {
    const { revents } = yield* sys.poll(
      listeners.map(({ fd }) => ({ fd, events: kernel.POLLIN })),
      null,
    );
    for (const [at, listener] of listeners.entries()) {
      if ((revents[at] ?? 0) !== 0) yield* answer(sys, name, listener);
    }
  }
}

function* answer(sys: Sys, name: string, { fd, type, port }: Listener): Blocking<void> {
  const text = (peer: SocketAddress | null) =>
    kernel.encode(`${name}:${port} sees ${peer !== null && 'address' in peer ? peer.address : '?'}`);
  try {
    if (type === 'stream') {
      const { fd: call, peer } = yield* sys.accept(fd);
      yield* sys.send(call, text(peer));
      sys.close(call);
    } else {
      const { from } = yield* sys.recv(fd, 100);
      if (from) yield* sys.send(fd, text(from), from);
    }
  } catch (error) {
    if (!kernel.isSysError(error)) throw error;
  }
}
