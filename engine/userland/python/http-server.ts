/** `python3 -m http.server`: serves the files of a directory. It answers as Python 3.11's SimpleHTTPRequestHandler does. */
import {
  type Blocking,
  decode,
  encode,
  isSysError,
  O_RDONLY,
  POLLHUP,
  POLLIN,
  type SocketAddress,
  type Stat,
  type Sys,
  signalNumbers,
  strerror,
} from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { readAll, writeAll } from '../lib/io';
import { joinPath } from '../lib/paths';
import { isDirectory, isLink, lookUpOrNull } from '../lib/stat';
import { calendarOf, strftime } from '../lib/time';
import { contentType } from './content-types';
import { directoryPage, errorPage, unquote } from './http-pages';

const usage = 'usage: server.py [-h] [--cgi] [-b ADDRESS] [-d DIRECTORY] [-p VERSION] [port]\n';
const help = `${usage}
Serves the files of a directory over HTTP.

  port            port to listen on, 8000 when left out
  -b ADDRESS      address to listen on, all when left out
  -d DIRECTORY    directory to serve, the current one when left out
`;

interface Settings {
  port: number;
  bind: string;
  directory: string;
}

class ArgumentError extends Error {}

interface Client {
  fd: number;
  peer: string;
  text: string;
}

export function* serve(sys: Sys, args: readonly string[]): Blocking<number> {
  let settings: Settings;
  try {
    if (args.includes('-h') || args.includes('--help')) {
      yield* writeAll(sys, 1, help);
      return 0;
    }
    settings = readArguments(args, sys.getcwd());
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    yield* writeAll(sys, 2, `${usage}server.py: error: ${error.message}\n`);
    return 2;
  }
  return yield* new HttpServer(sys, settings).run();
}

function readArguments(args: readonly string[], directory: string): Settings {
  const settings: Settings = { port: 8000, bind: '', directory };
  const rest = [...args];
  const take = (name: string) => {
    const value = rest.shift();
    if (value === undefined) throw new ArgumentError(`argument ${name}: expected one argument`);
    return value;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [name = '', attached] = arg.startsWith('--') ? arg.split(/=(.*)/s, 2) : [arg];
    if (name === '-b' || name === '--bind') settings.bind = attached ?? take('-b/--bind');
    else if (name === '-d' || name === '--directory') settings.directory = attached ?? take('-d/--directory');
    else if (arg.startsWith('-')) throw new ArgumentError(`unrecognized arguments: ${arg}`);
    else if (!/^\d+$/.test(arg)) throw new ArgumentError(`argument port: invalid int value: '${arg}'`);
    else settings.port = Number(arg);
  }
  return settings;
}

class HttpServer {
  readonly #clients: Client[] = [];
  #isInterrupted = false;

  constructor(
    private readonly sys: Sys,
    private readonly settings: Settings,
  ) {}

  *run(): Blocking<number> {
    const { sys, settings } = this;
    const isSix = settings.bind.includes(':');
    const address = settings.bind === 'localhost' ? '127.0.0.1' : settings.bind === '' ? '0.0.0.0' : settings.bind;
    const listener = sys.socket(isSix ? 'inet6' : 'inet', 'stream', 0, { closeOnExec: true });
    try {
      sys.setsockopt(listener, 'reuseaddr', 1);
      sys.bind(listener, { family: isSix ? 'inet6' : 'inet', address, port: settings.port });
      sys.listen(listener, 5);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const name = error.errno === 'EACCES' ? 'PermissionError' : 'OSError';
      const number = { EADDRINUSE: 98, EADDRNOTAVAIL: 99, EACCES: 13 }[
        error.errno === 'EADDRINUSE' || error.errno === 'EADDRNOTAVAIL' ? error.errno : 'EACCES'
      ];
      yield* writeAll(
        sys,
        2,
        `Traceback (most recent call last):\n  File "<frozen runpy>", line 198, in _run_module_as_main\n${name}: [Errno ${number}] ${strerror(error.errno)}\n`,
      );
      return 1;
    }
    const before = sys.sigaction(signalNumbers.SIGINT, {
      handler: () => {
        this.#isInterrupted = true;
      },
      restart: false,
    });
    // Who was started with it ignored, keeps ignoring it.
    if (before === 'ignore') sys.sigaction(signalNumbers.SIGINT, 'ignore');
    const bound = sys.getsockname(listener);
    const port = 'port' in bound ? bound.port : settings.port;
    const shown = isSix ? `[${address}]` : address;
    const greeting = `Serving HTTP on ${address} port ${port} (http://${shown}:${port}/) ...\n`;
    // Python keeps what goes to a file until the end.
    const isTerminal = sys.isatty(1);
    if (isTerminal) yield* writeAll(sys, 1, greeting);
    yield* this.#loop(listener);
    yield* writeAll(sys, 1, `${isTerminal ? '' : greeting}\nKeyboard interrupt received, exiting.\n`);
    return 0;
  }

  *#loop(listener: number): Blocking<void> {
    const { sys } = this;
    while (!this.#isInterrupted) {
      try {
        const requests = [{ fd: listener, events: POLLIN }, ...this.#clients.map(({ fd }) => ({ fd, events: POLLIN }))];
        const { revents } = yield* sys.poll(requests, null);
        const ready = this.#clients.filter((_, at) => ((revents[at + 1] ?? 0) & (POLLIN | POLLHUP)) !== 0);
        if (((revents[0] ?? 0) & POLLIN) !== 0) {
          const { fd, peer } = yield* sys.accept(listener);
          this.#clients.push({ fd, peer: addressText(peer), text: '' });
        }
        for (const client of ready) yield* this.#receive(client);
      } catch (error) {
        if (!isSysError(error, 'EINTR')) throw error;
      }
    }
  }

  *#receive(client: Client): Blocking<void> {
    const { sys } = this;
    try {
      const { data } = yield* sys.recv(client.fd, 65_536);
      client.text += decode(data);
      const end = client.text.search(/\r?\n\r?\n/);
      if (data.length > 0 && end < 0 && client.text.length < 65_536) return;
      if (end >= 0) yield* this.#answer(client);
    } catch (error) {
      if (!isSysError(error) || isSysError(error, 'EINTR')) throw error;
    }
    this.#clients.splice(this.#clients.indexOf(client), 1);
    sys.close(client.fd);
  }

  *#send(client: Client, data: Uint8Array | string): Blocking<void> {
    for (let rest = typeof data === 'string' ? encode(data) : data; rest.length > 0; ) {
      rest = rest.subarray(yield* this.sys.send(client.fd, rest));
    }
  }

  *#log(client: Client, text: string): Blocking<void> {
    const when = strftime('%d/%b/%Y %H:%M:%S', calendarOf(this.sys.clockGettime('realtime')));
    yield* writeAll(this.sys, 2, `${client.peer} - - [${when}] ${text}\n`);
  }

  *#head(
    client: Client,
    request: string,
    status: string,
    headers: ReadonlyArray<readonly [string, string]>,
  ): Blocking<void> {
    yield* this.#log(client, `"${request}" ${status.slice(0, 3)} -`);
    const date = httpDate(this.sys.clockGettime('realtime'));
    const all = [['Server', 'SimpleHTTP/0.6 Python/3.11.2'], ['Date', date], ...headers];
    yield* this.#send(
      client,
      `HTTP/1.0 ${status}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
  }

  *#error(
    client: Client,
    request: string,
    code: number,
    message: string,
    explanation: string,
    withBody = true,
  ): Blocking<void> {
    yield* this.#log(client, `code ${code}, message ${message}`);
    const page = encode(errorPage(code, message, explanation));
    const headers = [
      ['Connection', 'close'],
      ['Content-Type', 'text/html;charset=utf-8'],
      ['Content-Length', String(page.length)],
    ] as const;
    yield* this.#head(client, request, `${code} ${message}`, headers);
    if (withBody) yield* this.#send(client, page);
  }

  *#answer(client: Client): Blocking<void> {
    const request = client.text.split(/\r?\n/, 1)[0] ?? '';
    const [method = '', target, version] = request.split(' ');
    if (target === undefined || version === undefined || !/^HTTP\/\d+\.\d+$/.test(version)) {
      yield* this.#error(
        client,
        request,
        400,
        `Bad request syntax ('${request}')`,
        'Bad request syntax or unsupported method',
      );
    } else if (method !== 'GET' && method !== 'HEAD') {
      yield* this.#error(
        client,
        request,
        501,
        `Unsupported method ('${method}')`,
        'Server does not support this operation',
      );
    } else yield* this.#file(client, request, target, method === 'GET');
  }

  *#file(client: Client, request: string, target: string, withBody: boolean): Blocking<void> {
    const route = unquote(target.replace(/[?#].*$/s, ''));
    const parts = route.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    const path = parts.reduce(joinPath, this.settings.directory) + (route.endsWith('/') && parts.length > 0 ? '/' : '');
    const stat = this.#stat(path);
    if (stat !== null && isDirectory(stat)) {
      if (!route.endsWith('/')) {
        yield* this.#head(client, request, '301 Moved Permanently', [
          ['Location', `${target.replace(/[?#].*$/s, '')}/`],
          ['Content-Length', '0'],
        ]);
        return;
      }
      const index = ['index.html', 'index.htm']
        .map((name) => joinPath(path, name))
        .find((name) => this.#stat(name) !== null);
      if (index === undefined) yield* this.#listing(client, request, path, route, withBody);
      else yield* this.#content(client, request, index, withBody);
      return;
    }
    if (stat === null || path.endsWith('/')) {
      yield* this.#error(client, request, 404, 'File not found', 'Nothing matches the given URI', withBody);
      return;
    }
    yield* this.#content(client, request, path, withBody);
  }

  #stat(path: string): Stat | null {
    return orNull(() => this.sys.stat(path));
  }

  *#content(client: Client, request: string, path: string, withBody: boolean): Blocking<void> {
    const { sys } = this;
    let fd: number;
    try {
      fd = yield* sys.open(path, O_RDONLY);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#error(client, request, 404, 'File not found', 'Nothing matches the given URI', withBody);
      return;
    }
    const { size, mtime } = sys.fstat(fd);
    const headers = [
      ['Content-type', contentType(path)],
      ['Content-Length', String(size)],
      ['Last-Modified', httpDate(mtime)],
    ] as const;
    yield* this.#head(client, request, '200 OK', headers);
    if (withBody) yield* this.#send(client, yield* readAll(sys, fd));
    sys.close(fd);
  }

  *#listing(client: Client, request: string, path: string, route: string, withBody: boolean): Blocking<void> {
    let names: string[];
    try {
      names = this.sys
        .readdir(path)
        .map(({ name }) => name)
        .filter((name) => name !== '.' && name !== '..');
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#error(
        client,
        request,
        404,
        'No permission to list directory',
        'Nothing matches the given URI',
        withBody,
      );
      return;
    }
    names.sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    const marked = names.map((name) => {
      const full = joinPath(path, name);
      const isFolder = isDirectory(lookUpOrNull(this.sys, full));
      return {
        name,
        shown: isLink(this.sys.lstat(full)) ? `${name}@` : isFolder ? `${name}/` : name,
        link: isFolder ? `${name}/` : name,
      };
    });
    const page = encode(directoryPage(route, marked));
    yield* this.#head(client, request, '200 OK', [
      ['Content-type', 'text/html; charset=utf-8'],
      ['Content-Length', String(page.length)],
    ]);
    if (withBody) yield* this.#send(client, page);
  }
}

function addressText(address: SocketAddress): string {
  return 'address' in address ? address.address : '';
}

function httpDate(time: number): string {
  return strftime('%a, %d %b %Y %H:%M:%S GMT', calendarOf(time));
}
