/** The inputs of jq: JSON values, or raw text with -R, all at once with -s. */
import { type Blocking, isSysError, type Sys, strerror } from '../../../kernel/sim';
import { readAll, writeAll } from '../../lib/io';
import { closeInput, openInput } from '../common/input';
import { decodeLossless } from '../common/lossless';
import type { Json } from './json';
import { JsonReader } from './json-reader';
import type { JqSettings } from './settings';

export class InputStream {
  #reader: JsonReader | null = null;
  #lines: string[] | null = null;
  #next = 0;
  #file: string | null = null;
  #isSlurped = false;
  #rawLine = 0;
  failed = false;

  constructor(
    private readonly sys: Sys,
    private readonly settings: JqSettings,
  ) {}

  get name(): Json {
    return this.#file === '-' ? null : this.#file;
  }

  /** As messages name it. */
  get source(): string {
    return this.#file === null || this.#file === '-' ? '<stdin>' : this.#file;
  }

  /** Something was read, or tried to be. */
  get isStarted(): boolean {
    return this.#next > 0;
  }

  get line(): number {
    return this.#reader?.lines ?? this.#rawLine;
  }

  /** `undefined` at the end of all. */
  *next(): Blocking<Json | undefined> {
    if (!this.settings.slurp) return yield* this.#one();
    if (this.#isSlurped) return undefined;
    this.#isSlurped = true;
    if (this.settings.rawInput) return yield* this.#allText();
    const items: Json[] = [];
    for (let item = yield* this.#one(); item !== undefined; item = yield* this.#one()) items.push(item);
    return items;
  }

  *#allText(): Blocking<Json> {
    let text = '';
    for (let more = yield* this.#nextText(); more !== null; more = yield* this.#nextText()) text += more;
    return text;
  }

  *#one(): Blocking<Json | undefined> {
    for (;;) {
      if (this.#reader !== null) {
        const value = this.#reader.next();
        if (value !== undefined) return value;
        this.#rawLine = this.#reader.lines;
        this.#reader = null;
      }
      if (this.#lines !== null) {
        const line = this.#lines.shift();
        if (line !== undefined) {
          this.#rawLine++;
          return line;
        }
        this.#lines = null;
      }
      const text = yield* this.#nextText();
      if (text === null) return undefined;
      if (!this.settings.rawInput) this.#reader = new JsonReader(text);
      else this.#lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').slice(text === '' ? 1 : 0);
    }
  }

  *#nextText(): Blocking<string | null> {
    const files = this.settings.files.length === 0 ? ['-'] : this.settings.files;
    for (let file = files[this.#next++]; file !== undefined; file = files[this.#next++]) {
      const opened = yield* openInput(this.sys, file);
      if ('errno' in opened) {
        this.failed = true;
        yield* writeAll(this.sys, 2, `jq: error: Could not open file ${file}: ${strerror(opened.errno)}\n`);
        continue;
      }
      this.#file = file;
      try {
        return decodeLossless(yield* readAll(this.sys, opened.fd));
      } catch (error) {
        if (!isSysError(error)) throw error;
        this.failed = true;
        yield* writeAll(this.sys, 2, `jq: error: Input error: ${strerror(error.errno)}\n`);
      } finally {
        closeInput(this.sys, opened.fd);
      }
    }
    return null;
  }
}
