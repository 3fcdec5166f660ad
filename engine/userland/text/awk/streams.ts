/** Files and commands that a program of awk reads from and writes to, each by its name. */
import {
  type Blocking,
  decode,
  isSysError,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { Output } from '../../lib/io';
import { decodeLatin1, encodeLatin1 } from '../common/lossless';
import { type Environment, startShell, statusOf, waitFor } from '../common/spawn';
import type { Runtime } from './runtime';

/** What awk says and then gives up: `cannot open ...`. */
export class AwkStreamError extends Error {}

/** Reads records as RS says. */
export class RecordReader {
  #buffer = '';
  #atEnd = false;

  constructor(
    private readonly sys: Sys,
    readonly fd: number,
    private readonly runtime: Runtime,
  ) {}

  /** Null at the end. */
  *next(): Blocking<string | null> {
    const separator = this.runtime.textOf('RS');
    if (separator === '') return yield* this.#paragraph();
    if (separator.length === 1) return yield* this.#upTo(separator);
    return yield* this.#upToMatch(separator);
  }

  *#fill(): Blocking<boolean> {
    if (this.#atEnd) return false;
    const chunk = yield* this.sys.read(this.fd, 65_536);
    if (chunk.length === 0) {
      this.#atEnd = true;
      return false;
    }
    this.#buffer += decodeLatin1(chunk);
    return true;
  }

  *#upTo(separator: string): Blocking<string | null> {
    for (let from = 0; ; ) {
      const end = this.#buffer.indexOf(separator, from);
      if (end >= 0) return this.#take(end, end + 1);
      from = this.#buffer.length;
      if (!(yield* this.#fill())) return this.#rest();
    }
  }

  *#upToMatch(separator: string): Blocking<string | null> {
    const regex = this.runtime.regex(separator);
    for (;;) {
      const match = regex.exec(this.#buffer);
      // A match at the very end could be longer.
      if (match !== null && match.end > match.index && (match.end < this.#buffer.length || this.#atEnd)) {
        return this.#take(match.index, match.end);
      }
      if (!(yield* this.#fill())) {
        if (match !== null && match.end > match.index) return this.#take(match.index, match.end);
        return this.#rest();
      }
    }
  }

  *#paragraph(): Blocking<string | null> {
    for (;;) {
      this.#buffer = this.#buffer.replace(/^\n+/, '');
      const end = /\n\n+(?=[^\n])/.exec(this.#buffer);
      if (end) return this.#take(end.index, end.index + end[0].length);
      if (yield* this.#fill()) continue;
      const rest = this.#rest();
      return rest === null ? null : rest.replace(/\n+$/, '');
    }
  }

  #take(end: number, next: number): string {
    const record = this.#buffer.slice(0, end);
    this.#buffer = this.#buffer.slice(next);
    return record;
  }

  #rest(): string | null {
    if (this.#buffer === '') return null;
    const rest = this.#buffer;
    this.#buffer = '';
    return rest;
  }
}

interface Writer {
  output: Output;
  fd: number;
  pid: number | null;
}

export class Streams {
  readonly stdout: Output;
  /** What print wrote and nobody has passed on yet. */
  #pending: string[] = [];
  #pendingSize = 0;
  readonly #isTerminal: boolean;
  readonly #writers = new Map<string, Writer>();
  readonly #readers = new Map<string, { reader: RecordReader; pid: number | null }>();

  constructor(
    private readonly sys: Sys,
    private readonly env: Environment,
    private readonly runtime: Runtime,
  ) {
    this.stdout = new Output(sys, 1);
    this.#isTerminal = sys.isatty(1);
  }

  /** To standard output; passed on by `drain`. */
  print(text: string): void {
    this.#pending.push(text);
    this.#pendingSize += text.length;
  }

  /** To be called between statements that print. */
  get shouldDrain(): boolean {
    return this.#pendingSize > 4096 || (this.#isTerminal && this.#pendingSize > 0);
  }

  *drain(): Blocking<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingSize = 0;
    if (text !== '') yield* this.stdout.write(encodeLatin1(text));
  }

  *write(kind: '>' | '>>' | '|', name: string, text: string): Blocking<void> {
    let writer = this.#writers.get(name);
    if (writer === undefined) {
      writer = kind === '|' ? yield* this.#startWriter(name) : yield* this.#openWriter(kind, name);
      this.#writers.set(name, writer);
    }
    if (writer.fd === 1) yield* this.drain();
    yield* writer.output.write(encodeLatin1(text));
  }

  *#openWriter(kind: '>' | '>>', name: string): Blocking<Writer> {
    if (name === '/dev/stdout' || name === '-') return { output: this.stdout, fd: 1, pid: null };
    if (name === '/dev/stderr') return { output: new Output(this.sys, 2), fd: 2, pid: null };
    try {
      const fd = yield* this.sys.open(nameText(name), O_WRONLY | O_CREAT | (kind === '>' ? O_TRUNC : O_APPEND), 0o666);
      return { output: new Output(this.sys, fd), fd, pid: null };
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new AwkStreamError(`cannot open "${name}" for output (${strerror(error.errno)})`);
    }
  }

  *#startWriter(command: string): Blocking<Writer> {
    yield* this.flushAll();
    const { readEnd, writeEnd } = this.sys.pipe();
    const pid = startShell(this.sys, nameText(command), this.env, (child) => {
      child.dup2(readEnd, 0);
      child.close(readEnd);
      child.close(writeEnd);
      for (const { fd, pid: other } of this.#writers.values()) if (other !== null) child.close(fd);
    });
    this.sys.close(readEnd);
    return { output: new Output(this.sys, writeEnd), fd: writeEnd, pid };
  }

  /** Null where it cannot be read. */
  *reader(kind: 'file' | 'command', name: string): Blocking<RecordReader | null> {
    const known = this.#readers.get(name);
    if (known) return known.reader;
    if (kind === 'command') {
      yield* this.flushAll();
      const { readEnd, writeEnd } = this.sys.pipe();
      const pid = startShell(this.sys, nameText(name), this.env, (child) => {
        child.dup2(writeEnd, 1);
        child.close(readEnd);
        child.close(writeEnd);
      });
      this.sys.close(writeEnd);
      const reader = new RecordReader(this.sys, readEnd, this.runtime);
      this.#readers.set(name, { reader, pid });
      return reader;
    }
    try {
      const fd = name === '-' || name === '/dev/stdin' ? 0 : yield* this.sys.open(nameText(name), O_RDONLY);
      const reader = new RecordReader(this.sys, fd, this.runtime);
      this.#readers.set(name, { reader, pid: null });
      return reader;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return null;
    }
  }

  *flushAll(): Blocking<void> {
    yield* this.drain();
    yield* this.stdout.flush();
    for (const { output } of this.#writers.values()) yield* output.flush();
  }

  *flush(name: string): Blocking<number> {
    const writer = this.#writers.get(name);
    yield* this.drain();
    yield* (writer?.output ?? this.stdout).flush();
    return writer ? 0 : -1;
  }

  /** The status of the command, 0 for a file, -1 where nothing is open. */
  *close(name: string): Blocking<number> {
    let status = -1;
    const writer = this.#writers.get(name);
    if (writer) {
      this.#writers.delete(name);
      status = yield* this.#closeWriter(writer);
    }
    const known = this.#readers.get(name);
    if (known) {
      this.#readers.delete(name);
      if (known.reader.fd !== 0) this.sys.close(known.reader.fd);
      status = known.pid === null ? 0 : statusOf(yield* waitFor(this.sys, known.pid));
    }
    return status;
  }

  *#closeWriter({ output, fd, pid }: Writer): Blocking<number> {
    if (fd === 1) yield* this.drain();
    yield* output.flush();
    if (fd > 2) this.sys.close(fd);
    return pid === null ? 0 : statusOf(yield* waitFor(this.sys, pid));
  }

  *closeAll(): Blocking<void> {
    // What goes to commands is there before the rest of standard output.
    for (const [name, { pid }] of [...this.#writers]) if (pid !== null) yield* this.close(name);
    yield* this.drain();
    yield* this.stdout.flush();
    for (const [name] of [...this.#writers]) yield* this.close(name);
    for (const [name, { pid }] of [...this.#readers]) if (pid !== null) yield* this.close(name);
  }

  *system(command: string): Blocking<number> {
    yield* this.flushAll();
    const pid = startShell(this.sys, nameText(command), this.env, () => undefined);
    return statusOf(yield* waitFor(this.sys, pid));
  }
}

/** Names are bytes here, text for the kernel. */
export function nameText(name: string): string {
  return decode(encodeLatin1(name));
}
