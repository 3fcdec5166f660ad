/** One transfer of curl: a request, its answer, and where that goes; redirections when they are to be followed. */
import { type Blocking, concat, encode, isSysError, type Nanoseconds, POLLIN, type Sys } from '../../../kernel/sim';
import { encodeGroups, encodings } from '../../lib/encodings';
import { writeAll } from '../../lib/io';
import type { ParsedOptions } from '../../lib/options';
import { bodyOf, bodyPart, type Headers, header, Incoming, type ResponseHead, readResponse } from '../http/message';
import { type Connected, CurlError, connect } from './connect';
import type { Progress } from './progress';
import type { Sink } from './sink';
import { type CurlUrl, follow, parseUrl, urlText } from './url';

export interface TransferResult {
  url: CurlUrl | null;
  response: ResponseHead | null;
  connection: Connected | null;
  downloaded: number;
  uploaded: number;
  headerBytes: number;
  redirects: number;
  connects: number;
  method: string;
  times: { start: Nanoseconds; connected: Nanoseconds; started: Nanoseconds; end: Nanoseconds };
}

export interface TransferSettings {
  options: ParsedOptions;
  body: Uint8Array | null;
  contentType: string | null;
  progress: Progress;
  sink: Sink;
  /** `-v`: a line on standard error. */
  say: (line: string) => Blocking<void>;
}

const redirections = new Set([301, 302, 303, 307, 308]);
const userAgent = 'curl/7.88.1';

export function* transfer(sys: Sys, text: string, settings: TransferSettings, result: TransferResult): Blocking<void> {
  const { options, progress } = settings;
  const url = parseUrl(text);
  if (!url) throw new CurlError(3, 'URL using bad/illegal format or missing URL');
  result.url = url;
  if (url.scheme === 'file') return yield* readFileUrl(sys, url, settings, result);
  if (url.scheme !== 'http' && url.scheme !== 'https') {
    throw new CurlError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`);
  }
  yield* progress.begin(result.times.start);
  if (url.scheme === 'https') {
    throw new CurlError(77, 'error setting certificate file: /etc/ssl/certs/ca-certificates.crt');
  }
  const most = Number(options.value('max-redirs') ?? 50);
  let method = methodOf(options, settings.body);
  let body = settings.body;
  for (let current = url; ; ) {
    result.url = current;
    result.method = method;
    const response = yield* exchange(sys, current, method, body, settings, result);
    const location = header(response.headers, 'location');
    if (!options.has('location') || location === null || !redirections.has(response.status)) break;
    if (++result.redirects > most) throw new CurlError(47, `Maximum (${most}) redirects followed`);
    const next = follow(current, location);
    if (!next) throw new CurlError(3, 'URL using bad/illegal format or missing URL');
    if (response.status <= 303 && method === 'POST' && !options.has('request')) {
      method = 'GET';
      body = null;
    }
    yield* settings.say(`* Issue another request to this URL: '${urlText(next)}'`);
    current = next;
  }
}

function methodOf(options: ParsedOptions, body: Uint8Array | null): string {
  const given = options.value('request');
  if (given !== null) return given;
  if (options.has('head')) return 'HEAD';
  if (options.has('upload-file')) return 'PUT';
  return body === null || options.has('get') ? 'GET' : 'POST';
}

function* readFileUrl(sys: Sys, url: CurlUrl, { sink }: TransferSettings, result: TransferResult): Blocking<void> {
  try {
    const fd = yield* sys.open(url.path, 0);
    for (let part = yield* sys.read(fd, 65_536); part.length > 0; part = yield* sys.read(fd, 65_536)) {
      result.downloaded += part.length;
      yield* sink.write(part);
    }
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new CurlError(37, `Couldn't open file ${url.path}`);
  }
}

function* exchange(
  sys: Sys,
  url: CurlUrl,
  method: string,
  body: Uint8Array | null,
  settings: TransferSettings,
  result: TransferResult,
): Blocking<ResponseHead> {
  const { options, progress } = settings;
  const { start } = result.times;
  const deadline = after(start, options.value('max-time'));
  const connection = yield* connect(sys, {
    host: url.host,
    port: url.port,
    family: options.has('ipv4') ? 'inet' : options.has('ipv6') ? 'inet6' : null,
    unixSocket: options.value('unix-socket') ?? abstractName(options.value('abstract-unix-socket')),
    resolved: options.values('resolve'),
    interface: options.value('interface'),
    connectDeadline: after(start, options.value('connect-timeout')),
    deadline,
    started: start,
    progress,
    say: settings.say,
  });
  result.connection = connection;
  result.connects++;
  result.times.connected = sys.clockGettime('monotonic');
  try {
    yield* send(sys, connection.fd, url, method, body, settings, result);
    return yield* receive(sys, connection.fd, method, deadline, settings, result);
  } finally {
    sys.close(connection.fd);
  }
}

function abstractName(name: string | null): string | null {
  return name === null ? null : `@${name}`;
}

/** `seconds` may be a fraction. */
function after(start: Nanoseconds, seconds: string | null): Nanoseconds | null {
  const value = Number(seconds ?? 0);
  return value > 0 ? start + value * 1e9 : null;
}

function* send(
  sys: Sys,
  fd: number,
  url: CurlUrl,
  method: string,
  body: Uint8Array | null,
  settings: TransferSettings,
  result: TransferResult,
): Blocking<void> {
  const headers = requestHeaders(url, body, settings);
  const version = settings.options.has('http1.0') ? '1.0' : '1.1';
  const lines = [
    `${method} ${url.path} HTTP/${version}`,
    ...headers.map(([name, value]) => (value === '' ? `${name}:` : `${name}: ${value}`)),
  ];
  for (const line of [...lines, '']) yield* settings.say(`> ${line}\r`);
  try {
    yield* writeAll(sys, fd, concat([encode(`${lines.join('\r\n')}\r\n\r\n`), body ?? new Uint8Array()]));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new CurlError(55, `Send failure: ${error.errno === 'EPIPE' ? 'Broken pipe' : 'Connection reset by peer'}`);
  }
  result.uploaded += body?.length ?? 0;
  settings.progress.sent = body?.length ?? 0;
  settings.progress.sentTotal = body?.length ?? null;
}

function requestHeaders(url: CurlUrl, body: Uint8Array | null, { options, contentType }: TransferSettings): Headers {
  const user = options.value('user') ?? url.user;
  const own: Array<[string, string]> = [['Host', url.authority]];
  if (user !== null) own.push(['Authorization', `Basic ${encodeGroups(encode(user), encodings.base64)}`]);
  const range = options.value('range');
  if (range !== null) own.push(['Range', `bytes=${range}`]);
  own.push(['User-Agent', options.value('user-agent') ?? userAgent], ['Accept', '*/*']);
  const referer = options.value('referer');
  if (referer !== null) own.push(['Referer', referer]);
  const cookie = options.value('cookie');
  if (cookie !== null) own.push(['Cookie', cookie]);
  const given = options.values('header').map(parseHeader);
  const isGiven = (name: string) => given.some(([one]) => one.toLowerCase() === name.toLowerCase());
  const tail: Array<[string, string]> = [];
  if (body !== null) {
    tail.push(['Content-Length', String(body.length)]);
    if (contentType !== null) tail.push(['Content-Type', contentType]);
  }
  // What is given replaces curl's own; an empty value takes it away, `X;` sends it empty.
  const kept = own.map(([name, value]): [string, string | null] => {
    const replaced = given.find(([one]) => one.toLowerCase() === name.toLowerCase() && name === 'Host');
    return replaced ? [name, replaced[1]] : [name, isGiven(name) ? null : value];
  });
  const extra = given.filter(([name, value]) => value !== null && name.toLowerCase() !== 'host');
  const all = [...kept, ...extra, ...tail.filter(([name]) => !isGiven(name))];
  return all.flatMap(([name, value]): Array<[string, string]> => (value === null ? [] : [[name, value]]));
}

function parseHeader(text: string): [string, string | null] {
  const colon = text.indexOf(':');
  if (colon < 0) return [text.replace(/;$/, ''), text.endsWith(';') ? '' : null];
  const value = text.slice(colon + 1).trim();
  return [text.slice(0, colon), value === '' ? null : value];
}

function* receive(
  sys: Sys,
  fd: number,
  method: string,
  deadline: Nanoseconds | null,
  settings: TransferSettings,
  result: TransferResult,
): Blocking<ResponseHead> {
  const { options, progress, sink, say } = settings;
  const state = { isLate: false };
  const incoming = new Incoming(sys, fd, function* (): Blocking<boolean> {
    const isReady = yield* waitReadable(sys, fd, deadline, progress);
    if (!isReady) state.isLate = true;
    return isReady;
  });
  try {
    let response = yield* readResponse(incoming);
    while (response && response.status < 200) response = yield* readResponse(incoming);
    if (state.isLate) throw tooLate(sys, settings, result);
    if (!response) throw new CurlError(52, 'Empty reply from server');
    result.times.started = sys.clockGettime('monotonic');
    result.response = response;
    yield* showHead(response, settings, result);
    const isFailing = options.has('fail') && response.status >= 400;
    if (isFailing) throw new CurlError(22, `The requested URL returned error: ${response.status}`);
    const isLeaving =
      options.has('location') && redirections.has(response.status) && header(response.headers, 'location') !== null;
    const body = bodyOf(response.headers, 'until-close');
    if (method === 'HEAD' || response.status === 204 || response.status === 304) body.kind = 'none';
    progress.total = body.kind === 'length' ? body.left : null;
    for (;;) {
      const part = yield* bodyPart(incoming, body);
      if (part.length === 0) break;
      result.downloaded += part.length;
      progress.received += part.length;
      if (!isLeaving) yield* sink.write(part);
    }
    if (state.isLate) throw tooLate(sys, settings, result);
    if (body.isCut) {
      yield* progress.end(sys.clockGettime('monotonic'));
      throw new CurlError(18, `transfer closed with ${body.left} bytes remaining to read`);
    }
    if (result.downloaded > 0) yield* say(`{ [${result.downloaded} bytes data]`);
    yield* say('* Closing connection 0');
    return response;
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new CurlError(56, `Recv failure: ${error.errno === 'ECONNRESET' ? 'Connection reset by peer' : error.errno}`);
  }
}

function tooLate(sys: Sys, { progress }: TransferSettings, { times, downloaded }: TransferResult): CurlError {
  const spent = Math.floor((sys.clockGettime('monotonic') - times.start) / 1e6);
  const total = progress.total === null ? '' : ` out of ${progress.total}`;
  return new CurlError(28, `Operation timed out after ${spent} milliseconds with ${downloaded}${total} bytes received`);
}

function* waitReadable(sys: Sys, fd: number, deadline: Nanoseconds | null, progress: Progress): Blocking<boolean> {
  for (;;) {
    const now = sys.clockGettime('monotonic');
    if (deadline !== null && now >= deadline) return false;
    const until = Math.min(deadline ?? Number.POSITIVE_INFINITY, progress.nextTick());
    const { ready } = yield* sys.poll([{ fd, events: POLLIN }], Math.max(0, until - now));
    if (ready > 0) return true;
    yield* progress.tick(sys.clockGettime('monotonic'));
  }
}

function* showHead(
  response: ResponseHead,
  { options, sink, say }: TransferSettings,
  result: TransferResult,
): Blocking<void> {
  const first = `${response.version} ${response.status} ${response.reason}`;
  const lines = [first, ...response.headers.map(([name, value]) => `${name}: ${value}`), ''];
  const bytes = encode(lines.map((line) => `${line}\r\n`).join(''));
  result.headerBytes += bytes.length;
  for (const line of lines) yield* say(`< ${line}\r`);
  if (options.has('include') || options.has('head')) yield* sink.write(bytes);
  yield* sink.writeHead(bytes);
}
