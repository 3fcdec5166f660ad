/** Programs that answer for a web server: the Common Gateway Interface (RFC 3875), as BusyBox's httpd does it. */
import {
  type Blocking,
  concat,
  decode,
  isSysError,
  type SocketAddress,
  type Sys,
  strerror,
  X_OK,
} from '../../../kernel/sim';
import { environmentList } from '../../lib/exec';
import { writeAll } from '../../lib/io';
import { header, type RequestHead } from './message';
import { hostText } from './tcp-server';

export interface CgiExchange {
  connection: number;
  peer: SocketAddress;
  env: Readonly<Record<string, string>>;
  home: string;
  request: RequestHead;
  /** Without the query. */
  path: string;
  query: string;
  body: readonly Uint8Array[];
}

/** Null when it has answered; else why it could not be run. */
export function* runCgi(sys: Sys, exchange: CgiExchange): Blocking<string | null> {
  const { home, path } = exchange;
  const file = `${home}${path}`;
  const slash = file.lastIndexOf('/');
  const [directory, name] = [file.slice(0, slash), file.slice(slash + 1)];
  try {
    sys.access(file, X_OK);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return `can't execute '${name}': ${strerror(error.errno)}`;
  }
  const output = sys.pipe();
  const input = sys.pipe();
  const environment = environmentList(cgiEnvironment(exchange, file));
  const child = sys.fork(function* (inner): Blocking<number> {
    inner.dup2(input.readEnd, 0);
    inner.dup2(output.writeEnd, 1);
    for (const fd of inner.openFds()) if (fd > 2) inner.close(fd);
    try {
      inner.chdir(directory);
      return yield* inner.execve(`./${name}`, [name], environment);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return 242;
    }
  });
  sys.close(output.writeEnd);
  sys.close(input.readEnd);
  yield* feed(sys, input.writeEnd, exchange.body);
  yield* passOn(sys, output.readEnd, exchange.connection);
  yield* sys.waitpid(child);
  return null;
}

function* feed(sys: Sys, fd: number, body: readonly Uint8Array[]): Blocking<void> {
  const SIGPIPE = 13;
  sys.sigaction(SIGPIPE, 'ignore');
  try {
    yield* writeAll(sys, fd, concat(body));
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  sys.close(fd);
}

/** The program's own head becomes the answer's: with a status line, of its own or `200 OK`. */
function* passOn(sys: Sys, from: number, connection: number): Blocking<void> {
  let start: Uint8Array = new Uint8Array();
  for (;;) {
    const part = yield* sys.read(from, 65_536);
    start = concat([start, part]);
    if (part.length === 0 || start.length >= 8) break;
  }
  if (start.length > 0) yield* writeAll(sys, connection, withStatus(start));
  else yield* writeAll(sys, connection, 'HTTP/1.1 200 OK\r\n');
  for (let part = yield* sys.read(from, 65_536); part.length > 0; part = yield* sys.read(from, 65_536)) {
    yield* writeAll(sys, connection, part);
  }
  sys.close(from);
}

function withStatus(start: Uint8Array): Uint8Array | string {
  const text = decode(start.subarray(0, 8));
  if (text.startsWith('HTTP/1.')) return start;
  if (/^status: /i.test(text)) return concat([encodeAscii('HTTP/1.1 '), start.subarray(8)]);
  return concat([encodeAscii('HTTP/1.1 200 OK\r\n'), start]);
}

function encodeAscii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function cgiEnvironment({ request, peer, env, path, query }: CgiExchange, file: string): Record<string, string> {
  const port = peer.family === 'inet' || peer.family === 'inet6' ? String(peer.port) : '';
  const length = header(request.headers, 'content-length');
  const type = header(request.headers, 'content-type');
  const own: Record<string, string> = {
    ...env,
    REQUEST_URI: request.target,
    SCRIPT_NAME: path,
    SCRIPT_FILENAME: file,
    QUERY_STRING: query,
    SERVER_SOFTWARE: 'busybox httpd/1.35.0',
    SERVER_PROTOCOL: 'HTTP/1.1',
    GATEWAY_INTERFACE: 'CGI/1.1',
    REQUEST_METHOD: request.method,
    REMOTE_ADDR: peer.family === 'inet6' ? `[${peer.address}]` : hostText(peer),
    REMOTE_PORT: port,
    ...(length === null ? {} : { CONTENT_LENGTH: length }),
    ...(type === null ? {} : { CONTENT_TYPE: type }),
  };
  for (const [name, value] of request.headers) {
    const key = name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    if (key === 'CONTENT_LENGTH' || key === 'CONTENT_TYPE' || key === 'AUTHORIZATION') continue;
    own[`HTTP_${key}`] = value;
  }
  return own;
}
