/** HTTP/1.1 messages (RFC 9112), for servers and clients: heads, bodies, dates. */
import { type Blocking, concat, decode, encode, type Nanoseconds, type Sys } from '../../../kernel/sim';

export type Headers = ReadonlyArray<readonly [name: string, value: string]>;

export interface RequestHead {
  method: string;
  /** As it was asked for, with the query. */
  target: string;
  version: string;
  headers: Headers;
}

export interface ResponseHead {
  version: string;
  status: number;
  reason: string;
  headers: Headers;
}

export function header(headers: Headers, name: string): string | null {
  const wanted = name.toLowerCase();
  return headers.find(([one]) => one.toLowerCase() === wanted)?.[1] ?? null;
}

const chunkBytes = 65_536;
const maxHead = 65_536;

/** Reads from a connection: lines first, then bytes; what was read too far is kept. */
export class Incoming {
  #rest: Uint8Array = new Uint8Array();
  #isOver = false;

  constructor(
    private readonly sys: Sys,
    private readonly fd: number,
    /** Waits before each read; false: the time is up. */
    private readonly mayRead: () => Blocking<boolean> = alwaysMay,
  ) {}

  /** Null at the end, or when the time is up. */
  *#more(): Blocking<boolean> {
    if (this.#isOver || !(yield* this.mayRead())) return false;
    const chunk = yield* this.sys.read(this.fd, chunkBytes);
    if (chunk.length === 0) this.#isOver = true;
    else this.#rest = concat([this.#rest, chunk]);
    return chunk.length > 0;
  }

  /** Without its line end. Null at the end. */
  *line(): Blocking<string | null> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) {
        const line = decode(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (this.#rest.length > maxHead || !(yield* this.#more())) return null;
    }
  }

  *headers(): Blocking<Array<[string, string]> | null> {
    const found: Array<[string, string]> = [];
    for (;;) {
      const line = yield* this.line();
      if (line === null) return null;
      if (line === '') return found;
      const colon = line.indexOf(':');
      if (colon > 0) found.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    }
  }

  /** Whatever is there, at most `count` bytes; empty at the end. */
  *some(count: number): Blocking<Uint8Array> {
    if (this.#rest.length === 0) yield* this.#more();
    const part = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}

// biome-ignore lint/correctness/useYield: others wait here.
function* alwaysMay(): Blocking<boolean> {
  return true;
}

/** Null when nothing came; `malformed` for what is no request. */
export function* readRequest(incoming: Incoming): Blocking<RequestHead | 'malformed' | null> {
  const first = yield* incoming.line();
  if (first === null || first === '') return null;
  const [method = '', target = '', version = ''] = first.split(/\s+/);
  const headers = version === '' ? [] : yield* incoming.headers();
  if (headers === null || !target.startsWith('/')) return 'malformed';
  return { method, target, version, headers };
}

/** Null when there was none. */
export function* readResponse(incoming: Incoming): Blocking<ResponseHead | null> {
  const first = yield* incoming.line();
  if (first === null) return null;
  const match = /^(HTTP\/\d(?:\.\d)?) (\d{3}) ?(.*)$/.exec(first);
  if (!match) return null;
  const headers = yield* incoming.headers();
  if (headers === null) return null;
  const [, version = '', status = '0', reason = ''] = match;
  return { version, status: Number(status), reason, headers };
}

/** The parts of a body as they come: by length, in chunks, or until the connection is closed. */
export function* bodyPart(incoming: Incoming, state: BodyState): Blocking<Uint8Array> {
  if (state.kind === 'none') return new Uint8Array();
  if (state.kind === 'until-close') return yield* incoming.some(chunkBytes);
  if (state.kind === 'chunked' && state.left === 0) {
    const size = Number.parseInt((yield* incoming.line()) ?? '0', 16);
    if (!(size > 0)) {
      yield* incoming.headers();
      state.kind = 'none';
      return new Uint8Array();
    }
    state.left = size;
  }
  if (state.left === 0) return new Uint8Array();
  const part = yield* incoming.some(state.left);
  state.left -= part.length;
  if (part.length === 0) state.isCut = true;
  if (state.kind === 'chunked' && state.left === 0) yield* incoming.line();
  return part;
}

export interface BodyState {
  kind: 'none' | 'length' | 'chunked' | 'until-close';
  left: number;
  /** The connection ended too early. */
  isCut: boolean;
}

export function bodyOf(headers: Headers, otherwise: 'none' | 'until-close'): BodyState {
  if (header(headers, 'transfer-encoding')?.toLowerCase().includes('chunked'))
    return { kind: 'chunked', left: 0, isCut: false };
  const length = header(headers, 'content-length');
  if (length !== null) return { kind: 'length', left: Number.parseInt(length, 10) || 0, isCut: false };
  return { kind: otherwise, left: 0, isCut: false };
}

export function headText(first: string, headers: Headers): Uint8Array {
  return encode([first, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'));
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Fri, 27 Nov 2026 00:44:44 GMT`. */
export function httpDate(time: Nanoseconds): string {
  const seconds = Math.floor(time / 1e9);
  const day = Math.floor(seconds / 86_400);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = seconds - day * 86_400;
  const { year, month, date } = civil(day);
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${days[(day + 4) % 7]}, ${two(date)} ${months[month - 1]} ${year} ${clock} GMT`;
}

/** A day since 1970 in the Gregorian calendar. */
function civil(day: number): { year: number; month: number; date: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const date = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date };
}

/** `%41` is `A`; what is no such thing stays. */
export function percentDecode(text: string): string {
  const bytes: number[] = [];
  const source = encode(text);
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    const digits = byte === 37 ? decode(source.subarray(at + 1, at + 3)) : '';
    if (/^[0-9a-fA-F]{2}$/.test(digits)) {
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    } else bytes.push(byte);
  }
  return decode(Uint8Array.from(bytes));
}
