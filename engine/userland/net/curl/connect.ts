/** How curl gets a connection: names, addresses in turn, time limits. */
import {
  type Blocking,
  bare,
  formatIp,
  type InetFamily,
  isSysError,
  type Nanoseconds,
  O_NONBLOCK,
  POLLOUT,
  parseIp,
  type SocketAddress,
  type Sys,
} from '../../../kernel/sim';
import { type Host, resolveHost } from '../names';
import type { Progress } from './progress';

/** Ends the transfer with one of curl's exit codes. */
export class CurlError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ConnectSettings {
  host: string;
  port: number;
  family: InetFamily | null;
  unixSocket: string | null;
  /** `HOST:PORT:ADDRESS` of --resolve. */
  resolved: readonly string[];
  interface: string | null;
  /** Moments on the monotonic clock. */
  connectDeadline: Nanoseconds | null;
  deadline: Nanoseconds | null;
  started: Nanoseconds;
  progress: Progress;
  say: (line: string) => Blocking<void>;
}

export interface Connected {
  fd: number;
  remote: string;
  remotePort: number;
  local: string;
  localPort: number;
}

export function* connect(sys: Sys, settings: ConnectSettings): Blocking<Connected> {
  const { host, port, unixSocket } = settings;
  if (unixSocket !== null) return yield* connectUnix(sys, settings, unixSocket);
  const addresses = yield* addressesOf(sys, settings);
  if (addresses.length === 0) throw new CurlError(6, `Could not resolve host: ${host}`);
  for (const { address, family } of addresses) {
    const text = formatIp(address);
    const shown = family === 'inet6' ? `[${text}]` : text;
    yield* settings.say(`*   Trying ${shown}:${port}...`);
    const attempt = yield* tryAddress(sys, settings, { family, address: text, port });
    if (attempt.kind === 'connected') {
      yield* settings.say(`* Connected to ${host} (${text}) port ${port} (#0)`);
      return attempt.connection;
    }
    if (attempt.kind === 'late') throw lateError(sys, settings);
    yield* settings.say(`* connect to ${text} port ${port} failed: ${attempt.reason}`);
  }
  const spent = milliseconds(sys, settings);
  yield* settings.say(`* Failed to connect to ${host} port ${port} after ${spent} ms: Couldn't connect to server`);
  throw new CurlError(7, `Failed to connect to ${host} port ${port} after ${spent} ms: Couldn't connect to server`);
}

function lateError(sys: Sys, settings: ConnectSettings): CurlError {
  const spent = milliseconds(sys, settings);
  const { connectDeadline, deadline, host, port } = settings;
  if (deadline !== null && (connectDeadline === null || deadline <= connectDeadline))
    return new CurlError(28, `Connection timed out after ${spent} milliseconds`);
  return new CurlError(28, `Failed to connect to ${host} port ${port} after ${spent} ms: Timeout was reached`);
}

function milliseconds(sys: Sys, { started }: ConnectSettings): number {
  return Math.floor((sys.clockGettime('monotonic') - started) / 1e6);
}

function* addressesOf(sys: Sys, { host, port, family, resolved }: ConnectSettings): Blocking<Host[]> {
  for (const entry of resolved) {
    const match = /^\+?([^:]+|\[[^\]]+\]):(\d+):(.+)$/.exec(entry);
    if (!match || (match[1] !== host && match[1] !== '*') || Number(match[2]) !== port) continue;
    const address = parseIp((match[3] ?? '').replace(/^\[|\]$/g, ''));
    if (address !== null) return [{ address, family: typeof address === 'number' ? 'inet' : 'inet6' }];
  }
  return yield* resolveHost(sys, host, family);
}

type Attempt = { kind: 'connected'; connection: Connected } | { kind: 'failed'; reason: string } | { kind: 'late' };

const reasons: Record<string, string> = bare({
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
});

function* tryAddress(
  sys: Sys,
  settings: ConnectSettings,
  address: Extract<SocketAddress, { family: 'inet' | 'inet6' }>,
): Blocking<Attempt> {
  const fd = sys.socket(address.family, 'stream', 0, { nonBlock: true, closeOnExec: true });
  try {
    bindTo(sys, fd, settings.interface, address.family);
    const isDone = yield* begin(sys, fd, address);
    if (!isDone && !(yield* waitWritable(sys, fd, settings))) {
      sys.close(fd);
      return { kind: 'late' };
    }
    const errno = sys.getsockopt(fd, 'error');
    if (errno !== '') {
      sys.close(fd);
      return { kind: 'failed', reason: reasons[String(errno)] ?? String(errno) };
    }
    sys.setFlags(fd, sys.getFlags(fd) & ~O_NONBLOCK);
    const local = sys.getsockname(fd);
    const isInet = local.family === 'inet' || local.family === 'inet6';
    return {
      kind: 'connected',
      connection: {
        fd,
        remote: address.address,
        remotePort: address.port,
        local: isInet ? local.address : '',
        localPort: isInet ? local.port : 0,
      },
    };
  } catch (error) {
    if (!isSysError(error)) throw error;
    sys.close(fd);
    return { kind: 'failed', reason: reasons[error.errno] ?? error.errno };
  }
}

function bindTo(sys: Sys, fd: number, name: string | null, family: InetFamily): void {
  if (name === null) return;
  const text = name.replace(/^(if|host)!/, '');
  if (parseIp(text) !== null) return sys.bind(fd, { family, address: text, port: 0 });
  try {
    sys.setsockopt(fd, 'bindtodevice', text);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new CurlError(45, `Couldn't bind to '${text}'`);
  }
}

function* begin(sys: Sys, fd: number, address: SocketAddress): Blocking<boolean> {
  try {
    yield* sys.connect(fd, address);
    return true;
  } catch (error) {
    if (isSysError(error, 'EINPROGRESS')) return false;
    throw error;
  }
}

/** False when the time is up. */
function* waitWritable(sys: Sys, fd: number, settings: ConnectSettings): Blocking<boolean> {
  const { connectDeadline, deadline, progress } = settings;
  const last = Math.min(connectDeadline ?? Number.POSITIVE_INFINITY, deadline ?? Number.POSITIVE_INFINITY);
  for (;;) {
    const now = sys.clockGettime('monotonic');
    if (now >= last) return false;
    const until = Math.min(last, progress.nextTick());
    const { ready } = yield* sys.poll([{ fd, events: POLLOUT }], Math.max(0, until - now));
    if (ready > 0) return true;
    yield* progress.tick(sys.clockGettime('monotonic'));
  }
}

function* connectUnix(sys: Sys, settings: ConnectSettings, path: string): Blocking<Connected> {
  const fd = sys.socket('unix', 'stream');
  yield* settings.say(`*   Trying ${path}:0...`);
  try {
    yield* sys.connect(fd, { family: 'unix', path });
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new CurlError(
      7,
      `Failed to connect to ${settings.host} port ${settings.port} after ${milliseconds(sys, settings)} ms: Couldn't connect to server`,
    );
  }
  yield* settings.say(`* Connected to ${settings.host} (${path}) port ${settings.port} (#0)`);
  return { fd, remote: path, remotePort: 0, local: '', localPort: 0 };
}
