/** Calls everybody at once, and says what came of it. */

import type { Blocking, Sys } from '../../../../engine/kernel/sim';
import * as kernel from '../../../../engine/kernel/sim';

/** What has not been answered by then counts as unanswered: before anything is sent a second time. */
const patienceNs = 600_000_000;
/** A router that tells only so many errors tells the first ones: these must be the same. */
const pauseNs = 4_000_000;
const kinds = [
  { what: 'tcp', port: 80 },
  { what: 'tcp', port: 81 },
  { what: 'udp', port: 53 },
  { what: 'udp', port: 54 },
  { what: 'ping', port: 0 },
] as const;
const echoRequest = { inet: 8, inet6: 128 };

interface Probe {
  what: 'tcp' | 'udp' | 'ping';
  target: string;
  port: number;
  fd: number;
  waits: 'to connect' | 'to read';
  answer: string | null;
}

export function* probe(sys: Sys, targets: readonly string[]): Blocking<string[]> {
  const probes: Probe[] = [];
  for (const target of targets) {
    for (const { what, port } of kinds) probes.push(yield* start(sys, what, port, target));
    yield* sys.nanosleep(pauseNs);
  }
  const until = sys.clockGettime('monotonic') + patienceNs;
  for (;;) {
    const open = probes.filter(({ answer }) => answer === null);
    const left = until - sys.clockGettime('monotonic');
    if (open.length === 0 || left <= 0) break;
    const requests = open.map(({ fd, waits }) => ({
      fd,
      events: waits === 'to read' ? kernel.POLLIN : kernel.POLLOUT,
    }));
    const { revents } = yield* sys.poll(requests, left);
    for (const [at, one] of open.entries()) if ((revents[at] ?? 0) !== 0) yield* goOn(sys, one);
  }
  for (const one of probes) if (one.answer === null && one.what === 'tcp') takeError(sys, one);
  return probes.map(({ target, what, port, answer }) => `${target} ${what} ${port}: ${answer ?? 'nothing'}`);
}

function* start(sys: Sys, what: Probe['what'], port: number, target: string): Blocking<Probe> {
  const domain = target.includes(':') ? 'inet6' : 'inet';
  const protocol = what !== 'ping' ? 0 : domain === 'inet' ? 1 : 58;
  const fd = sys.socket(domain, what === 'tcp' ? 'stream' : 'dgram', protocol, { nonBlock: true });
  const one: Probe = { what, target, port, fd, waits: 'to read', answer: null };
  try {
    yield* sys.connect(fd, { family: domain, address: target, port });
    if (what === 'udp') yield* sys.send(fd, kernel.encode('?'));
    else if (what === 'ping') yield* sys.send(fd, Uint8Array.of(echoRequest[domain], 0, 0, 0, 0, 0, 0, 1));
  } catch (error) {
    if (!kernel.isSysError(error)) throw error;
    if (error.errno === 'EINPROGRESS') one.waits = 'to connect';
    else one.answer = error.errno;
  }
  return one;
}

function* goOn(sys: Sys, one: Probe): Blocking<void> {
  try {
    if (one.waits === 'to connect') {
      takeError(sys, one);
      one.waits = 'to read';
      return;
    }
    const { data } = yield* sys.recv(one.fd, 100);
    one.answer = one.what === 'ping' ? 'answers' : kernel.decode(data) || 'closed';
  } catch (error) {
    if (!kernel.isSysError(error)) throw error;
    if (error.errno !== 'EAGAIN') one.answer = error.errno;
  }
}

/** SO_ERROR, where an error may also be noted that nobody was woken for. */
function takeError(sys: Sys, one: Probe): void {
  const error = sys.getsockopt(one.fd, 'error');
  if (error !== 0 && error !== '') one.answer = String(error);
}
