/** dd: copies with blocks of a given size (dd(1)). */
import {
  type Blocking,
  type Errno,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  S_IFMT,
  S_IFREG,
  SEEK_CUR,
  signalNumbers,
  strerror,
} from '../../../kernel/sim';
import { outcome, problemOf } from '../../lib/attempt';
import { writeAll } from '../../lib/io';
import { isRegular } from '../../lib/stat';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { BlockReader, OutputBlocks } from './blocks';
import { Converter, openFlags } from './convert';
import { type DdSettings, readDdSettings } from './settings';
import { transferLine } from './summary';

export const dd = makeTool({
  name: 'dd',
  help: `[OPERAND]...
Copy standard input to standard output in blocks.

  bs=N  ibs=N  obs=N  cbs=N    sizes of blocks (512): both, of input, of output, of records
  count=N  skip=N  seek=N      blocks to copy, to leave out of the input, to leave out of the output
  if=FILE  of=FILE             instead of standard input and output
  conv=LIST                    lcase ucase swab sync sparse excl nocreat notrunc noerror fdatasync fsync
  iflag=LIST  oflag=LIST       append direct directory dsync sync fullblock nonblock noatime nocache
                               noctty nofollow count_bytes skip_bytes seek_bytes
  status=LEVEL                 none, noxfer, progress
N may end in c (1), w (2), b (512), kB (1000), K (1024), MB, M, GB, G and so on; B counts bytes.
SIGUSR1 makes it say how far it is.`,
  *run(tool) {
    return yield* new Copying(tool, readDdSettings(tool)).run();
  },
});

class Copying {
  #fullIn = 0;
  #partialIn = 0;
  #fullOut = 0;
  #partialOut = 0;
  #bytes = 0;
  readonly #reader: BlockReader;
  readonly #pending: OutputBlocks;
  readonly #started: number;
  readonly #converter: Converter;
  #wantsReport = false;
  #isInterrupted = false;
  #lastProgress = 0;
  #hasProgress = false;

  constructor(
    private readonly tool: Tool,
    private readonly settings: DdSettings,
  ) {
    this.#started = this.#now();
    this.#converter = new Converter(settings);
    this.#reader = new BlockReader(tool.sys, settings);
    this.#pending = new OutputBlocks(tool.sys, settings.outputBlock);
  }

  #now(): number {
    return this.tool.sys.clockGettime('monotonic');
  }

  *run(): Blocking<number> {
    const { sys } = this.tool;
    const input = yield* this.#openInput();
    const output = yield* this.#openOutput();
    sys.sigaction(signalNumbers.SIGUSR1, { handler: () => this.#note(false), restart: true });
    sys.sigaction(signalNumbers.SIGINT, { handler: () => this.#note(true), restart: false });
    let status = yield* this.#skip(input);
    if (status === 0) status = yield* this.#copy(input, output);
    if (!this.#isInterrupted) status = Math.max(status, yield* this.#finish(output));
    yield* this.#report();
    if (this.#isInterrupted) {
      sys.sigaction(signalNumbers.SIGINT, 'default');
      sys.kill(sys.getpid(), signalNumbers.SIGINT);
    }
    return status;
  }

  #note(isInterrupt: boolean): void {
    if (isInterrupt) this.#isInterrupted = true;
    else this.#wantsReport = true;
  }

  *#openInput(): Blocking<number> {
    const { tool, settings } = this;
    const { input, inputFlags } = settings;
    if (input === null) return 0;
    return yield* this.#open(input, O_RDONLY | openFlags(inputFlags), `failed to open ${tool.quote(input)}`);
  }

  *#openOutput(): Blocking<number> {
    const { tool, settings } = this;
    const { conversions, output, outputFlags, seek } = settings;
    if (output === null) return 1;
    const truncates = !conversions.has('notrunc');
    const flags =
      O_WRONLY |
      (conversions.has('nocreat') ? 0 : O_CREAT) |
      (conversions.has('excl') ? O_EXCL : 0) |
      (truncates && seek === 0 ? O_TRUNC : 0) |
      openFlags(outputFlags);
    const fd = yield* this.#open(output, flags, `failed to open ${tool.quote(output)}`);
    if (seek > 0 && truncates) {
      const errno = problemOf(() => tool.sys.ftruncate(fd, seek));
      const isFile = isRegular(tool.sys.fstat(fd));
      if (errno !== null && isFile) {
        throw new Fatal(`failed to truncate to ${seek} bytes in output file ${tool.quote(output)}: ${strerror(errno)}`);
      }
    }
    return fd;
  }

  *#open(path: string, flags: number, complaint: string): Blocking<number> {
    try {
      return yield* this.tool.sys.open(path, flags, 0o666);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${complaint}: ${strerror(error.errno)}`);
    }
  }

  #inputName(): string {
    return this.tool.quote(this.settings.input ?? 'standard input');
  }
  #outputName(): string {
    return this.tool.quote(this.settings.output ?? 'standard output');
  }

  *#skip(input: number): Blocking<number> {
    const { tool, settings } = this;
    const { skip } = settings;
    if (skip === 0) return 0;
    const position = outcome(() => tool.sys.lseek(input, skip, SEEK_CUR));
    if (typeof position === 'number') {
      const { mode, size } = tool.sys.fstat(input);
      if ((mode & S_IFMT) === S_IFREG && position > size) {
        yield* tool.warn(`${this.#bareInput()}: cannot skip to specified offset`);
      }
      return 0;
    }
    let left = skip;
    while (left > 0) {
      const data = yield* tool.sys.read(input, Math.min(left, settings.inputBlock));
      if (data.length === 0) {
        yield* tool.warn(`${this.#bareInput()}: cannot skip to specified offset`);
        return 0;
      }
      left -= data.length;
    }
    return 0;
  }

  #bareInput(): string {
    return this.tool.bare(this.settings.input ?? 'standard input');
  }

  *#copy(input: number, output: number): Blocking<number> {
    const { tool, settings } = this;
    if (settings.seek > 0) {
      const errno = outcome(() => tool.sys.lseek(output, settings.seek, SEEK_CUR));
      if (typeof errno === 'string') {
        yield* tool.failWith(`${this.#outputName()}: cannot seek`, errno);
        return 1;
      }
    }
    let status = 0;
    for (;;) {
      const most = this.#nextSize();
      if (most === 0 || this.#isInterrupted) return status;
      const data = yield* this.#readBlock(input, most);
      if (data === 'interrupted') return status;
      if (typeof data === 'string') {
        yield* this.#clearProgress();
        yield* tool.warn(`error reading ${this.#inputName()}: ${strerror(data)}`);
        status = 1;
        if (!settings.conversions.has('noerror')) return status;
        continue;
      }
      if (data.length === 0) return status;
      if (data.length === settings.inputBlock) this.#fullIn++;
      else this.#partialIn++;
      if (!(yield* this.#put(output, this.#converter.convert(data)))) return 1;
      yield* this.#duringCopy();
    }
  }

  #nextSize(): number {
    const { count, countsBytes, inputBlock } = this.settings;
    if (count === null) return inputBlock;
    if (countsBytes) return Math.min(inputBlock, count - this.#bytesIn);
    return this.#fullIn + this.#partialIn < count ? inputBlock : 0;
  }
  #bytesIn = 0;

  *#readBlock(input: number, most: number): Blocking<Uint8Array | Errno | 'interrupted'> {
    const data = yield* this.#reader.read(input, most);
    if (data === 'EINTR') return 'interrupted';
    if (typeof data !== 'string') this.#bytesIn += data.length;
    return data;
  }

  /** False when it could not be written. */
  *#put(output: number, data: Uint8Array): Blocking<boolean> {
    if (this.settings.isOneBlock) return yield* this.#writeBlock(output, data);
    for (const block of this.#pending.add(data)) if (!(yield* this.#writeBlock(output, block))) return false;
    return true;
  }

  *#writeBlock(output: number, data: Uint8Array): Blocking<boolean> {
    const { tool, settings } = this;
    const isHole = settings.conversions.has('sparse') && data.every((byte) => byte === 0);
    if (isHole && typeof outcome(() => tool.sys.lseek(output, data.length, SEEK_CUR)) === 'number')
      this.#endsInHole = true;
    else {
      this.#endsInHole = false;
      try {
        yield* writeAll(tool.sys, output, data);
      } catch (error) {
        if (!isSysError(error)) throw error;
        yield* this.#clearProgress();
        yield* tool.warn(`error writing ${this.#outputName()}: ${strerror(error.errno)}`);
        return false;
      }
    }
    this.#bytes += data.length;
    if (data.length === settings.outputBlock) this.#fullOut++;
    else this.#partialOut++;
    return true;
  }
  #endsInHole = false;

  *#finish(output: number): Blocking<number> {
    const { tool, settings } = this;
    const rest = this.#converter.rest();
    if (rest.length > 0 && !(yield* this.#put(output, rest))) return 1;
    const last = this.#pending.take();
    if (last.length > 0 && !(yield* this.#writeBlock(output, last))) return 1;
    if (this.#endsInHole) {
      const end = outcome(() => tool.sys.lseek(output, 0, SEEK_CUR));
      if (typeof end === 'number') outcome(() => tool.sys.ftruncate(output, end));
    }
    if (settings.conversions.has('fsync') || settings.conversions.has('fdatasync')) {
      const errno = problemOf(() => tool.sys.fsync(output));
      if (errno !== null) {
        yield* tool.warn(`fsync failed for ${this.#outputName()}: ${strerror(errno)}`);
        return 1;
      }
    }
    return 0;
  }

  *#duringCopy(): Blocking<void> {
    if (this.#wantsReport) {
      this.#wantsReport = false;
      yield* this.#report();
    }
    yield* this.tool.sys.checkpoint();
    const now = this.#now();
    if (this.settings.status !== 'progress' || now - this.#lastProgress < 1e9 || now - this.#started < 1e9) return;
    this.#lastProgress = now;
    this.#hasProgress = true;
    const seconds = Math.round((now - this.#started) / 1e9);
    const line = transferLine(this.#bytes, now - this.#started).replace(/, [^,]* s, /, `, ${seconds} s, `);
    yield* writeAll(this.tool.sys, 2, `\r${line}`);
  }

  *#clearProgress(): Blocking<void> {
    if (this.#hasProgress) yield* writeAll(this.tool.sys, 2, '\n');
    this.#hasProgress = false;
  }

  *#report(): Blocking<void> {
    const { tool, settings } = this;
    if (settings.status === 'none') return;
    yield* this.#clearProgress();
    const records = `${this.#fullIn}+${this.#partialIn} records in\n${this.#fullOut}+${this.#partialOut} records out\n`;
    const transfer = settings.status === 'noxfer' ? '' : `${transferLine(this.#bytes, this.#now() - this.#started)}\n`;
    yield* writeAll(tool.sys, 2, records + transfer);
  }
}
