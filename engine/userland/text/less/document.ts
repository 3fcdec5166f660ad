/** The lines of a file or pipe, read as far as they are looked at. */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { decodeLossless } from '../common/lossless';
import { Records } from '../common/records';

/** More is not kept: old text of an endless pipe goes. */
const maxLines = 500_000;

export class Document {
  readonly lines: string[] = [];
  #atEnd = false;
  readonly #records: Records;

  constructor(
    private readonly sys: Sys,
    readonly name: string,
    readonly fd: number,
    private readonly squeeze: boolean,
  ) {
    this.#records = new Records(sys, fd);
  }

  /** A text that is there already. */
  static ofLines(sys: Sys, name: string, lines: readonly string[]): Document {
    const document = new Document(sys, name, 0, false);
    document.lines.push(...lines);
    document.#atEnd = true;
    return document;
  }

  get isComplete(): boolean {
    return this.#atEnd;
  }

  get bytes(): number {
    return this.#records.offset;
  }

  /** Reads until line `index` is there. False when there is no such line. */
  *load(index: number, goesOn: () => boolean = () => true): Blocking<boolean> {
    while (this.lines.length <= index && !this.#atEnd && this.lines.length < maxLines) {
      yield* this.sys.checkpoint();
      if (!goesOn()) break;
      try {
        const record = yield* this.#records.next();
        if (record === null) this.#atEnd = true;
        else this.#add(decodeLossless(record.bytes));
      } catch (error) {
        if (isSysError(error, 'EINTR')) return this.lines.length > index;
        if (!isSysError(error)) throw error;
        this.#atEnd = true;
      }
    }
    return this.lines.length > index;
  }

  #add(line: string): void {
    if (this.squeeze && line === '' && this.lines.at(-1) === '') return;
    this.lines.push(line);
  }

  *loadAll(goesOn: () => boolean): Blocking<void> {
    yield* this.load(Number.POSITIVE_INFINITY, goesOn);
  }

  /** A file may have grown since its end was reached. */
  reopen(): void {
    this.#atEnd = false;
  }

  close(): void {
    if (this.fd !== 0) this.sys.close(this.fd);
  }
}
