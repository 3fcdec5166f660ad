/** Where sed reads lines from, and where it writes to. */
import { type Blocking, isSysError, O_CREAT, O_TRUNC, O_WRONLY, type Sys, strerror } from '../../../kernel/sim';
import { complain, Output } from '../../lib/io';
import { closeInput, openInput } from '../common/input';
import { decodeLossless, encodeLossless } from '../common/lossless';
import { Records } from '../common/records';
import { PanicError } from './script';

/** A file written to; a last line without newline gets it only when something follows. */
export class Sink {
  #lacksEnd = false;
  readonly #output: Output;

  constructor(
    sys: Sys,
    readonly fd: number,
    private readonly end: string,
  ) {
    this.#output = new Output(sys, fd);
  }

  *line(text: string, isEnded = true): Blocking<void> {
    yield* this.raw(isEnded ? text + this.end : text);
    this.#lacksEnd = !isEnded;
  }

  *raw(text: string): Blocking<void> {
    if (this.#lacksEnd) yield* this.#output.write(this.end);
    this.#lacksEnd = false;
    yield* this.#output.write(encodeLossless(text));
  }

  *flush(): Blocking<void> {
    yield* this.#output.flush();
  }
}

export interface InputLine {
  text: string;
  isEnded: boolean;
}

/** The input files, as one stream or one by one. */
export class Input {
  lineNumber = 0;
  /** `-` for standard input. */
  fileName = '-';
  status = 0;
  #records: Records | null = null;
  #next = 0;

  constructor(
    private readonly sys: Sys,
    private readonly files: readonly string[],
    private readonly options: { separate: boolean; nullData: boolean },
    private readonly hooks: { opened: (file: string, fd: number) => Blocking<boolean>; closed: () => Blocking<void> },
  ) {}

  /** Null at the end of all. */
  *next(): Blocking<InputLine | null> {
    for (;;) {
      if (this.#records === null && !(yield* this.#open())) return null;
      const record = this.#records === null ? null : yield* this.#read(this.#records);
      if (record !== null) {
        this.lineNumber++;
        return { text: decodeLossless(record.bytes), isEnded: record.isEnded };
      }
      yield* this.#close();
    }
  }

  /** Whether this is the last line: of its file when files are separate. */
  *isLast(): Blocking<boolean> {
    if (this.#records !== null && !(yield* this.#atEnd(this.#records))) return false;
    if (this.options.separate) return true;
    while (this.#next < this.files.length) {
      yield* this.#close();
      if (!(yield* this.#open())) return true;
      if (this.#records !== null && !(yield* this.#atEnd(this.#records))) return false;
    }
    return true;
  }

  *close(): Blocking<void> {
    yield* this.#close();
  }

  *#read(records: Records) {
    try {
      return yield* records.next();
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new PanicError(`read error on ${this.fileName}: ${strerror(error.errno)}`);
    }
  }

  *#atEnd(records: Records): Blocking<boolean> {
    try {
      return yield* records.atEnd();
    } catch (error) {
      if (!isSysError(error)) throw error;
      return false;
    }
  }

  *#open(): Blocking<boolean> {
    for (;;) {
      const file = this.files[this.#next];
      if (file === undefined) return false;
      this.#next++;
      const opened = yield* openInput(this.sys, file);
      if ('errno' in opened) {
        this.status = 2;
        yield* complain(this.sys, 'sed', `can't read ${file}: ${strerror(opened.errno)}`);
        continue;
      }
      this.fileName = file;
      if (this.options.separate) this.lineNumber = 0;
      if (!(yield* this.hooks.opened(file, opened.fd))) {
        this.status = 4;
        closeInput(this.sys, opened.fd);
        continue;
      }
      this.#records = new Records(this.sys, opened.fd, this.options.nullData ? 0 : 10);
      return true;
    }
  }

  *#close(): Blocking<void> {
    if (this.#records === null) return;
    closeInput(this.sys, this.#records.fd);
    this.#records = null;
    yield* this.hooks.closed();
  }
}

/** Files of `w`: made when the script is read, shared by all commands that name them. */
export class Sinks {
  readonly #sinks = new Map<string, Sink>();

  constructor(
    private readonly sys: Sys,
    private readonly end: string,
    /** Standard output, which -i leads elsewhere. */
    private readonly stdout: () => Sink,
  ) {}

  *open(file: string): Blocking<void> {
    if (this.#sinks.has(file) || file === '/dev/stdout') return;
    if (file === '/dev/stderr') this.#sinks.set(file, new Sink(this.sys, 2, this.end));
    else
      this.#sinks.set(
        file,
        new Sink(this.sys, yield* this.sys.open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o666), this.end),
      );
  }

  get(file: string): Sink {
    return this.#sinks.get(file) ?? this.stdout();
  }

  *flush(): Blocking<void> {
    for (const sink of this.#sinks.values()) yield* sink.flush();
  }
}
