/** httpd of BusyBox 1.35: a small web server with CGI. */
import {
  type Blocking,
  isSysError,
  type Program,
  parseIpv4,
  type SocketAddress,
  type Sys,
  strerror,
} from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { parseOptions, UsageError } from '../lib/options';
import { runCgi } from './http/cgi';
import { bodyOf, bodyPart, Incoming, percentDecode, type RequestHead, readRequest } from './http/message';
import { type Answer, errorAnswer, fileAnswer, sendAnswer } from './http/static-files';
import { acceptLoop, endText, listenTcp } from './http/tcp-server';

const specs = [
  { short: 'f' },
  { short: 'i' },
  { short: 'v' },
  { short: 'h', value: 'required' as const },
  { short: 'p', value: 'required' as const },
  { short: 'c', value: 'required' as const },
  { short: 'u', value: 'required' as const },
  { short: 'r', value: 'required' as const },
  { short: 'd', value: 'required' as const },
  { short: 'e', value: 'required' as const },
  { short: 'm', value: 'required' as const },
];

interface Settings {
  verbosity: number;
  home: string;
}

export const httpd: Program = function* (sys, argv, env) {
  const options = readOptions(argv);
  if (options === null) return yield* usage(sys);
  const decoded = options.value('d');
  if (decoded !== null) {
    yield* writeAll(sys, 1, percentDecode(decoded));
    return 0;
  }
  for (const name of ['e', 'm', 'u', 'r', 'c', 'i']) {
    if (options.has(name)) return yield* complain(sys, `-${name}: not available here`);
  }
  const home = options.value('h') ?? '.';
  try {
    sys.chdir(home);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* complain(sys, `can't change directory to '${home}': ${strerror(error.errno)}`);
  }
  const address = bindAddress(options.value('p') ?? '80');
  if (address === null) return yield* complain(sys, `bad address '${options.value('p')}'`);
  const verbosity = options.given.filter(({ name }) => name === 'v').length;
  let fd: number;
  try {
    fd = listenTcp(sys, address, 9);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* complain(sys, `bind: ${strerror(error.errno)}`);
  }
  const serve = serverOf({ verbosity, home: sys.getcwd() }, env);
  if (options.has('f')) return yield* acceptLoop(sys, fd, serve);
  // In the background it is a session of its own, without the terminal.
  sys.fork(function* (child): Blocking<number> {
    child.setsid();
    const nothing = yield* child.open('/dev/null', 2);
    for (const standard of [0, 1, 2]) if (standard !== nothing) child.dup2(nothing, standard);
    if (nothing > 2) child.close(nothing);
    return yield* acceptLoop(child, fd, serve);
  });
  return 0;
};

function readOptions(argv: readonly string[]) {
  try {
    return parseOptions(argv.slice(1), specs);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function* complain(sys: Sys, text: string): Blocking<number> {
  yield* writeAll(sys, 2, `httpd: ${text}\n`);
  return 1;
}

function* usage(sys: Sys): Blocking<number> {
  const text = [
    'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.',
    '',
    'Usage: httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]',
    'or httpd -d/-e/-m STRING',
    '',
    'Listen for incoming HTTP requests',
    '',
  ];
  yield* writeAll(sys, 2, `${text.join('\n')}\n`);
  return 1;
}

/** `8000`, `127.0.0.1:8000`, `[::1]:8000`. */
function bindAddress(text: string): SocketAddress | null {
  const match = /^(?:(.*):)?(\d+)$/.exec(text);
  if (!match) return null;
  const port = Number(match[2]);
  const host = match[1];
  if (host === undefined || host === '') return { family: 'inet6', address: '::', port };
  if (parseIpv4(host) !== null) return { family: 'inet', address: host, port };
  return { family: 'inet6', address: host.replace(/^\[|\]$/g, ''), port };
}

function serverOf({ verbosity, home }: Settings, env: Readonly<Record<string, string>>) {
  return function* serve(sys: Sys, connection: number, peer: SocketAddress): Blocking<number> {
    const log = function* (level: number, text: string): Blocking<void> {
      if (verbosity >= level) yield* writeAll(sys, 2, `${endText(peer)}: ${text}\n`);
    };
    const incoming = new Incoming(sys, connection);
    const request = yield* readRequest(incoming);
    if (request === null) return 0;
    const answer = yield* answerTo(sys, request, incoming, { connection, peer, env, home, log });
    if (answer) {
      yield* log(1, `response:${answer.status}`);
      yield* sendAnswer(sys, connection, answer, request !== 'malformed' && request.method === 'HEAD');
    }
    return yield* linger(sys, connection);
  };
}

/** Ends the connection without losing what is on its way. */
function* linger(sys: Sys, connection: number): Blocking<number> {
  try {
    sys.shutdown(connection, 'write');
    const second = 1e9;
    while ((yield* sys.poll([{ fd: connection, events: 1 }], second)).ready > 0) {
      if ((yield* sys.read(connection, 4096)).length === 0) break;
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  return 0;
}

interface Exchange {
  connection: number;
  peer: SocketAddress;
  env: Readonly<Record<string, string>>;
  home: string;
  log: (level: number, text: string) => Blocking<void>;
}

/** Null when a CGI program has answered itself. */
function* answerTo(
  sys: Sys,
  request: RequestHead | 'malformed',
  incoming: Incoming,
  exchange: Exchange,
): Blocking<Answer | null> {
  if (request === 'malformed') return errorAnswer(sys, 400);
  const [rawPath = '', query = ''] = splitQuery(request.target);
  const path = normalise(percentDecode(rawPath));
  if (path === null) return errorAnswer(sys, 400);
  yield* exchange.log(2, `url:${path}`);
  const isCgi = path.startsWith('/cgi-bin/');
  if (!['GET', 'HEAD', 'POST'].includes(request.method) || (request.method === 'POST' && !isCgi))
    return errorAnswer(sys, 501);
  if (!isCgi) return yield* fileAnswer(sys, request, path);
  const body: Uint8Array[] = [];
  const state = bodyOf(request.headers, 'none');
  for (let part = yield* bodyPart(incoming, state); part.length > 0; part = yield* bodyPart(incoming, state))
    body.push(part);
  const failure = yield* runCgi(sys, { ...exchange, request, path, query, body });
  if (failure === null) return null;
  yield* exchange.log(1, failure);
  return errorAnswer(sys, 404);
}

function splitQuery(target: string): [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/** Without `.` and `..`; null when it leads out. */
function normalise(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return `/${parts.join('/')}${path.endsWith('/') && parts.length > 0 ? '/' : ''}`;
}
