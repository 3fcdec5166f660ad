/** What nc(1) does with a connection: standard input goes out, what comes in to standard output. */
import { type Blocking, concat, encode, isSysError, POLLERR, POLLHUP, POLLIN, type Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import type { NcSettings } from './options';

const size = 16_384;
const second = 1e9;

export function* exchange(sys: Sys, fd: number, settings: NcSettings): Blocking<void> {
  const { timeout, quitAfter, listen, closeAtEnd, interval } = settings;
  let hasInput = !settings.detached;
  let hasNetwork = true;
  let quitAt: number | null = null;
  while (hasInput || hasNetwork) {
    // Who listens is done when the other end is.
    if (listen && !hasNetwork) return;
    const wait = waitFor(sys, timeout, quitAt);
    const { ready, revents } = yield* sys.poll(
      [
        { fd: hasInput ? 0 : -1, events: POLLIN },
        { fd: hasNetwork ? fd : -1, events: POLLIN },
      ],
      wait,
    );
    if (ready === 0) return;
    const [input = 0, network = 0] = revents;
    if ((network & (POLLIN | POLLHUP | POLLERR)) !== 0 && !(yield* receive(sys, fd))) hasNetwork = false;
    if ((input & (POLLIN | POLLHUP | POLLERR)) === 0) continue;
    const data = yield* sys.read(0, size);
    if (data.length > 0) {
      if (!(yield* send(sys, fd, settings.crlf ? withCarriageReturns(data) : data))) return;
      if (interval > 0) yield* sys.nanosleep(interval * second);
      continue;
    }
    hasInput = false;
    if (closeAtEnd) sys.shutdown(fd, 'write');
    if (quitAfter === 0) return;
    if (quitAfter !== null) quitAt = sys.clockGettime('monotonic') + quitAfter * second;
  }
}

function waitFor(sys: Sys, timeout: number | null, quitAt: number | null): number | null {
  const idle = timeout === null ? null : timeout * second;
  if (quitAt === null) return idle;
  const left = Math.max(0, quitAt - sys.clockGettime('monotonic'));
  return idle === null ? left : Math.min(idle, left);
}

/** False at the end. */
function* receive(sys: Sys, fd: number): Blocking<boolean> {
  try {
    const { data } = yield* sys.recv(fd, size);
    if (data.length === 0) return false;
    yield* writeAll(sys, 1, data);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

function* send(sys: Sys, fd: number, data: Uint8Array): Blocking<boolean> {
  try {
    for (let at = 0; at < data.length; ) at += yield* sys.send(fd, data.subarray(at));
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

function withCarriageReturns(data: Uint8Array): Uint8Array {
  const lineFeed = 10;
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = data.indexOf(lineFeed); at >= 0; at = data.indexOf(lineFeed, start)) {
    parts.push(data.subarray(start, at), encode('\r\n'));
    start = at + 1;
  }
  return concat([...parts, data.subarray(start)]);
}
