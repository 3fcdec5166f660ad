/** Where what curl fetches goes: standard output, or a file that is made when the first byte comes. */
import { type Blocking, isSysError, O_CREAT, O_TRUNC, O_WRONLY, type Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { CurlError } from './connect';

export class Sink {
  #fd: number | null = null;

  constructor(
    private readonly sys: Sys,
    /** Null: standard output. */
    private readonly path: string | null,
    private readonly headPath: string | null,
  ) {}

  *write(data: Uint8Array): Blocking<void> {
    yield* this.#open();
    try {
      yield* writeAll(this.sys, this.#fd ?? 1, data);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new CurlError(23, 'Failure writing output to destination');
    }
  }

  *writeHead(data: Uint8Array): Blocking<void> {
    if (this.headPath === null) return;
    const fd = this.headPath === '-' ? 1 : yield* this.sys.open(this.headPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    yield* writeAll(this.sys, fd, data);
    if (fd !== 1) this.sys.close(fd);
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
