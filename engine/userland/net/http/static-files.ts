/** Files of a directory as answers, the way BusyBox's httpd gives them. */
import { type Blocking, concat, encode, isSysError, O_RDONLY, type Stat, type Sys } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { writeAll } from '../../lib/io';
import { isDirectory, isRegular } from '../../lib/stat';
import { header, headText, httpDate, type RequestHead } from './message';

export interface Answer {
  status: number;
  headers: Array<[string, string]>;
  body: Uint8Array | { fd: number; offset: number; length: number };
}

const reasons: Record<number, string> = {
  200: 'OK',
  206: 'Partial Content',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  500: 'Internal Server Error',
  501: 'Not Implemented',
};
const infos: Record<number, string> = {
  400: 'Unsupported method',
  403: '',
  404: 'The requested URL was not found',
  408: 'No request appeared within 60 seconds',
  500: 'Internal Server Error',
  501: 'The requested method is not recognized',
};

const types: ReadonlyArray<readonly [suffixes: readonly string[], type: string]> = [
  [['txt', 'h', 'c', 'cc', 'cpp'], 'text/plain'],
  [['htm', 'html'], 'text/html'],
  [['jpg', 'jpeg'], 'image/jpeg'],
  [['gif'], 'image/gif'],
  [['png'], 'image/png'],
  [['svg'], 'image/svg+xml'],
  [['css'], 'text/css'],
  [['js'], 'application/javascript'],
  [['wav'], 'audio/wav'],
  [['avi'], 'video/x-msvideo'],
  [['qt', 'mov'], 'video/quicktime'],
  [['mpe', 'mpeg'], 'video/mpeg'],
  [['mid', 'midi'], 'audio/midi'],
  [['mp3'], 'audio/mpeg'],
];

function typeOf(path: string): string | null {
  const suffix = /\.([^./]+)$/.exec(path)?.[1];
  return types.find(([suffixes]) => suffix !== undefined && suffixes.includes(suffix))?.[1] ?? null;
}

function basics(sys: Sys): Array<[string, string]> {
  return [
    ['Date', httpDate(sys.clockGettime('realtime'))],
    ['Connection', 'close'],
  ];
}

export function errorAnswer(sys: Sys, status: number): Answer {
  const title = `${status} ${reasons[status] ?? ''}`;
  const text = `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${infos[status] ?? ''}\n</BODY></HTML>\n`;
  return { status, headers: [...basics(sys), ['Content-type', 'text/html']], body: encode(text) };
}

/** `path` begins with a slash; it is looked for below the working directory. */
export function* fileAnswer(sys: Sys, request: RequestHead, path: string): Blocking<Answer> {
  const stat = statOf(sys, `.${path}`);
  if (!stat) return errorAnswer(sys, 404);
  if (!isDirectory(stat)) return yield* openAnswer(sys, request, path);
  if (path.endsWith('/')) return yield* openAnswer(sys, request, `${path}index.html`);
  const headers: Array<[string, string]> = [...basics(sys), ['Content-type', 'text/html'], ['Location', `${path}/`]];
  return { status: 302, headers, body: new Uint8Array() };
}

function* openAnswer(sys: Sys, request: RequestHead, path: string): Blocking<Answer> {
  let fd: number;
  try {
    fd = yield* sys.open(`.${path}`, O_RDONLY);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return errorAnswer(sys, error.errno === 'EACCES' ? 403 : 404);
  }
  const stat = sys.fstat(fd);
  if (!isRegular(stat)) return errorAnswer(sys, 404);
  const range = rangeOf(header(request.headers, 'range'), stat.size);
  const length = range ? range.to - range.from + 1 : stat.size;
  const type = typeOf(path);
  const seconds = Math.floor(stat.mtime / 1e9);
  const headers: Array<[string, string]> = [
    ...basics(sys),
    ...(type === null ? [] : [['Content-type', type] satisfies [string, string]]),
    ...(range ? [['Content-Range', `bytes ${range.from}-${range.to}/${stat.size}`] satisfies [string, string]] : []),
    ['Accept-Ranges', 'bytes'],
    ['Last-Modified', httpDate(stat.mtime)],
    ['ETag', `"${seconds.toString(16)}-${stat.size.toString(16)}"`],
    ['Content-Length', String(length)],
  ];
  return { status: range ? 206 : 200, headers, body: { fd, offset: range?.from ?? 0, length } };
}

/** Null for none, or one that cannot be. */
function rangeOf(text: string | null, size: number): { from: number; to: number } | null {
  const match = /^bytes=(\d+)-(\d*)$/.exec(text ?? '');
  if (!match) return null;
  const from = Number(match[1]);
  const to = match[2] === '' || match[2] === undefined ? size - 1 : Math.min(Number(match[2]), size - 1);
  return from > to ? null : { from, to };
}

function statOf(sys: Sys, path: string): Stat | null {
  return orNull(() => sys.stat(path));
}

const pieceBytes = 65_536;

export function* sendAnswer(
  sys: Sys,
  connection: number,
  { status, headers, body }: Answer,
  isHead: boolean,
): Blocking<void> {
  const head = headText(`HTTP/1.1 ${status} ${reasons[status] ?? ''}`, headers);
  if (isHead) return yield* writeAll(sys, connection, head);
  if (body instanceof Uint8Array) return yield* writeAll(sys, connection, concat([head, body]));
  yield* writeAll(sys, connection, head);
  sys.lseek(body.fd, body.offset, 0);
  for (let left = body.length; left > 0; ) {
    const piece = yield* sys.read(body.fd, Math.min(left, pieceBytes));
    if (piece.length === 0) break;
    yield* writeAll(sys, connection, piece);
    left -= piece.length;
  }
  sys.close(body.fd);
}
