/** Reading and writing as programs do it: whole texts, lines, buffered output. */
import { type Blocking, concat, decode, encode, isSysError, type Sys } from '../../kernel/sim';
import { Held } from './held';
import { OutputError } from './output-error';

const chunkBytes = 65_536;
const newline = 10;
/** So many lines or writes are one look at the clock: a little work each, but there may be millions. */
export const linesATurn = 8;

/**
 * Writes everything, also where a call takes only a part. A message that cannot be written on standard error is lost:
 * there is nowhere to complain.
 */
export function* writeAll(sys: Sys, fd: number, data: Uint8Array | string): Blocking<void> {
  let rest = typeof data === 'string' ? encode(data) : data;
  try {
    while (rest.length > 0) rest = rest.subarray(yield* sys.write(fd, rest));
  } catch (error) {
    if (!isSysError(error) || error.errno === 'EINTR' || fd > 2) throw error;
    if (fd !== 2) throw new OutputError(error.errno);
  }
}

/** What is read counts as held from then on, twice: as it came, and what is made of it. */
export function* readAll(sys: Sys, fd: number, held = new Held(sys)): Blocking<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = yield* sys.read(fd, chunkBytes);
    if (chunk.length === 0) return concat(chunks);
    held.add(2 * chunk.length);
    chunks.push(chunk);
  }
}

/** The whole of a file as text. Errors as open(2) and read(2). */
export function* readFile(sys: Sys, path: string): Blocking<string> {
  const fd = yield* sys.open(path, 0);
  try {
    return decode(yield* readAll(sys, fd));
  } finally {
    sys.close(fd);
  }
}

/** The same; null where it is not there, or not to be read. */
export function* readFileOrNull(sys: Sys, path: string): Blocking<string | null> {
  try {
    return yield* readFile(sys, path);
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

/** Lines of a descriptor as they come, each with its newline (the last one may have none). */
export class LineReader {
  readonly #held: Held;
  #taken = 0;
  #rest: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(
    private readonly sys: Sys,
    private readonly fd: number,
    private readonly separator = newline,
  ) {
    this.#held = new Held(sys);
  }

  /** Null at the end. */
  *nextBytes(): Blocking<Uint8Array | null> {
    const chunks: Uint8Array[] = [];
    this.#held.release();
    if (++this.#taken % linesATurn === 0) yield* this.sys.checkpoint();
    for (;;) {
      const end = this.#rest.indexOf(this.separator);
      if (end >= 0) {
        chunks.push(this.#rest.subarray(0, end + 1));
        this.#rest = this.#rest.subarray(end + 1);
        return concat(chunks);
      }
      if (this.#rest.length > 0) chunks.push(this.#rest);
      this.#held.add(2 * this.#rest.length);
      this.#rest = this.#ended ? new Uint8Array() : yield* this.sys.read(this.fd, chunkBytes);
      if (this.#rest.length === 0) {
        this.#ended = true;
        return chunks.length === 0 ? null : concat(chunks);
      }
    }
  }

  *next(): Blocking<string | null> {
    const bytes = yield* this.nextBytes();
    return bytes === null ? null : decode(bytes);
  }
}

/**
 * Buffered output, as stdio has it: lines at once to a terminal, else in blocks. Call `flush` at the end. With `env`,
 * stdbuf(1) may say otherwise.
 */
export class Output {
  #parts: Uint8Array[] = [];
  #size = 0;
  #writes = 0;
  readonly #byLine: boolean;
  readonly #most: number;

  constructor(
    private readonly sys: Sys,
    private readonly fd = 1,
    env: Readonly<Record<string, string>> = {},
  ) {
    const mode = (fd === 2 ? env._STDBUF_E : env._STDBUF_O) ?? '';
    this.#byLine = mode === 'L' || (mode === '' && sys.isatty(fd));
    this.#most = /^\d+$/.test(mode) ? Math.max(1, Number(mode)) : chunkBytes / 16;
  }

  *write(data: string | Uint8Array): Blocking<void> {
    const bytes = typeof data === 'string' ? encode(data) : data;
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (++this.#writes % linesATurn === 0) yield* this.sys.checkpoint();
    if (this.#size >= this.#most || (this.#byLine && bytes.includes(newline))) yield* this.flush();
  }

  *line(text: string): Blocking<void> {
    yield* this.write(`${text}\n`);
  }

  *flush(): Blocking<void> {
    const parts = this.#parts;
    this.#parts = [];
    this.#size = 0;
    if (parts.length > 0) yield* writeAll(this.sys, this.fd, concat(parts));
  }
}

/** `name: text` on standard error. */
export function* complain(sys: Sys, name: string, text: string): Blocking<void> {
  yield* writeAll(sys, 2, `${name}: ${text}\n`);
}
