/** Where what curl fetches goes: standard output, or a file that is made when the first byte comes. */
import { type Blocking, isSysError, O_CREAT, O_TRUNC, O_WRONLY, type Sys } from '../../../kernel/sim';
import { type Output, writeAll } from '../../lib/io';
import { CurlError } from './connect';

export class Sink {
  #fd: number | null = null;

  constructor(
    private readonly sys: Sys,
    /** Standard output, which is buffered. */
    private readonly out: Output,
    /** Null: standard output. */
    private readonly path: string | null,
    private readonly headPath: string | null,
  ) {}

  *write(data: Uint8Array): Blocking<void> {
    yield* this.#open();
    try {
      if (this.#fd === null) yield* this.out.write(data);
      else yield* writeAll(this.sys, this.#fd, data);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new CurlError(23, 'Failure writing output to destination');
    }
  }

  *writeHead(data: Uint8Array): Blocking<void> {
    if (this.headPath === null) return;
    if (this.headPath === '-') return yield* this.out.write(data);
    const fd = yield* this.sys.open(this.headPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    yield* writeAll(this.sys, fd, data);
    this.sys.close(fd);
  }

  /** A successful transfer makes its file, even when nothing is in it. */
  *finish(): Blocking<void> {
    yield* this.#open();
    if (this.#fd !== null) this.sys.close(this.#fd);
    this.#fd = null;
  }

  *#open(): Blocking<void> {
    if (this.path === null || this.#fd !== null) return;
    try {
      this.#fd = yield* this.sys.open(this.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new CurlError(23, 'Failure writing output to destination');
    }
  }
}
