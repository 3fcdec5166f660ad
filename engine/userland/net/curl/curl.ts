/** curl(1) 7.88: HTTP without encryption, and files. */
import { type Blocking, concat, encode, type Program, type Sys } from '../../../kernel/sim';
import { Output, readAll, writeAll } from '../../lib/io';
import { type ParsedOptions, UsageError } from '../../lib/options';
import { CurlError } from './connect';
import { readCurlOptions } from './options';
import { Progress } from './progress';
import { Sink } from './sink';
import { type TransferResult, transfer } from './transfer';
import { parseUrl } from './url';
import { writeOut } from './write-out';

const versionText = `curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.22 zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 (+libidn2/2.3.3) libssh2/1.10.0 nghttp2/1.52.0 librtmp/2.3 OpenLDAP/2.5.13
Release-Date: 2023-02-20, security patched: 7.88.1-10+deb12u14
Protocols: dict file ftp ftps gopher gophers http https imap imaps ldap ldaps mqtt pop3 pop3s rtmp rtsp scp sftp smb smbs smtp smtps telnet tftp
Features: alt-svc AsynchDNS brotli GSS-API HSTS HTTP2 HTTPS-proxy IDN IPv6 Kerberos Largefile libz NTLM NTLM_WB PSL SPNEGO SSL threadsafe TLS-SRP UnixSockets zstd
`;
const hint = "curl: try 'curl --help' or 'curl --manual' for more information\n";

export const curl: Program = function* (sys, argv) {
  let options: ParsedOptions;
  try {
    options = readCurlOptions(argv.slice(1));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `curl: ${error.message}\n${hint}`);
    return 2;
  }
  if (options.has('version')) {
    yield* writeAll(sys, 1, versionText);
    return 0;
  }
  const urls = [...options.values('url'), ...options.operands];
  if (urls.length === 0) {
    yield* writeAll(sys, 2, hint);
    return 2;
  }
  for (const name of ['form', 'proxy', 'connect-to', 'limit-rate']) {
    if (!options.has(name)) continue;
    yield* writeAll(sys, 2, `curl: option --${name}: not available here\n`);
    return 2;
  }
  let status = 0;
  const outputs = options.values('output');
  const out = new Output(sys);
  for (const [at, url] of urls.entries()) {
    status = yield* fetchWithRetries(sys, out, url, options, outputs[at] ?? null);
  }
  yield* out.flush();
  return status;
};

function* fetchWithRetries(
  sys: Sys,
  out: Output,
  url: string,
  options: ParsedOptions,
  output: string | null,
): Blocking<number> {
  const retries = Number(options.value('retry') ?? 0);
  for (let attempt = 0; ; attempt++) {
    const status = yield* fetchOne(sys, out, url, options, output);
    const isTransient = status === 28 || (status === 7 && options.has('retry-connrefused'));
    if (!isTransient || attempt >= retries) return status;
    const seconds = Number(options.value('retry-delay') ?? 0) || 2 ** attempt;
    yield* sys.nanosleep(seconds * 1e9);
  }
}

function* fetchOne(
  sys: Sys,
  out: Output,
  url: string,
  options: ParsedOptions,
  output: string | null,
): Blocking<number> {
  const isSilent = options.has('silent') || options.has('no-progress-meter');
  const path = outputPath(url, options, output);
  const progress = new Progress(sys, !isSilent && !options.has('progress-bar') && (path !== null || !sys.isatty(1)));
  const isVerbose = options.has('verbose');
  const say = function* (line: string): Blocking<void> {
    if (isVerbose) yield* writeAll(sys, 2, `${line}\n`);
  };
  const now = sys.clockGettime('monotonic');
  const result: TransferResult = {
    url: parseUrl(url),
    response: null,
    connection: null,
    downloaded: 0,
    uploaded: 0,
    headerBytes: 0,
    redirects: 0,
    connects: 0,
    method: 'GET',
    times: { start: now, connected: 0, started: 0, end: 0 },
  };
  const sink = new Sink(sys, out, path, options.value('dump-header'));
  let code = 0;
  let message = '';
  try {
    const { body, contentType, query } = yield* requestBody(sys, options);
    const target = query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
    yield* transfer(sys, target, { options, body, contentType, progress, sink, say }, result);
    yield* sink.finish();
    if (result.url?.scheme !== 'file') yield* progress.end(sys.clockGettime('monotonic'));
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    ({ code, message } = error);
    if (![1, 3, 6, 18].includes(code)) yield* progress.end(sys.clockGettime('monotonic'));
  }
  result.times.end = sys.clockGettime('monotonic');
  if (options.has('progress-bar') && code === 0) yield* writeAll(sys, 2, `${'#'.repeat(72)} 100.0%\n`);
  const format = options.value('write-out');
  if (format !== null) yield* out.write(writeOut(format, result, code, message));
  if (code !== 0 && (!options.has('silent') || options.has('show-error')))
    yield* writeAll(sys, 2, `curl: (${code}) ${message}\n`);
  return code;
}

function outputPath(url: string, options: ParsedOptions, output: string | null): string | null {
  const directory = options.value('output-dir');
  const inDirectory = (name: string) => (directory === null ? name : `${directory}/${name}`);
  if (output !== null) return output === '-' ? null : inDirectory(output);
  if (!options.has('remote-name')) return null;
  const name = (parseUrl(url)?.path ?? '').split('?')[0]?.split('/').at(-1) ?? '';
  return inDirectory(name === '' ? 'curl_response' : name);
}

interface RequestBody {
  body: Uint8Array | null;
  contentType: string | null;
  /** `-G`: the data as a query. */
  query: string;
}

function* requestBody(sys: Sys, options: ParsedOptions): Blocking<RequestBody> {
  const upload = options.value('upload-file');
  if (upload !== null) return { body: yield* fileBytes(sys, upload), contentType: null, query: '' };
  const parts: Uint8Array[] = [];
  let isJson = false;
  for (const { name, value } of options.given) {
    if (value === null || !['data', 'data-raw', 'data-binary', 'data-ascii', 'data-urlencode', 'json'].includes(name))
      continue;
    if (parts.length > 0 && name !== 'json') parts.push(encode('&'));
    parts.push(yield* dataOf(sys, name, value));
    isJson ||= name === 'json';
  }
  if (parts.length === 0) return { body: null, contentType: null, query: '' };
  const body = concat(parts);
  if (options.has('get')) return { body: null, contentType: null, query: text(body) };
  return { body, contentType: isJson ? 'application/json' : 'application/x-www-form-urlencoded', query: '' };
}

function* dataOf(sys: Sys, name: string, value: string): Blocking<Uint8Array> {
  if (name === 'data-urlencode') {
    const equals = value.indexOf('=');
    return encode(
      equals < 0
        ? encodeURIComponent(value)
        : `${value.slice(0, equals + 1)}${encodeURIComponent(value.slice(equals + 1))}`.replace(/^=/, ''),
    );
  }
  if (!value.startsWith('@') || name === 'data-raw') return encode(value);
  const bytes = yield* fileBytes(sys, value.slice(1));
  return name === 'data' || name === 'data-ascii'
    ? bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 0)
    : bytes;
}

function* fileBytes(sys: Sys, path: string): Blocking<Uint8Array> {
  if (path === '-' || path === '.') return yield* readAll(sys, 0);
  const fd = yield* sys.open(path, 0);
  try {
    return yield* readAll(sys, fd);
  } finally {
    sys.close(fd);
  }
}

function text(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
