/** gzip, gunzip, zcat: packs files and unpacks them (gzip(1), version 1.12). */
import type { GzipProblem } from '../../../archive';
import { type Blocking, isSysError, O_NOFOLLOW, O_RDONLY, type Program, type Sys, strerror } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { OutputError } from '../../lib/output-error';
import { baseName, joinPath } from '../../lib/paths';
import { isDirectory, isRegular } from '../../lib/stat';
import { Listing } from './list';
import { packedName, unpackedName } from './names';
import { type Opened, openOutput, Refused, settle } from './output';
import { ratio } from './ratio';
import { type GzipFlags, readGzipFlags } from './settings';
import { frameBytes, type Moved, pack, type Unpacked, unpack } from './streams';

const problems: Readonly<Record<GzipProblem, string>> = {
  'not gzip': 'not in gzip format',
  'unknown method': 'unknown method -- not supported',
  'cut off': 'unexpected end of file',
  format: 'invalid compressed data--format violated',
  checksum: 'invalid compressed data--crc error',
  length: 'invalid compressed data--length error',
};
/** After these GNU's gzip gives up, whatever files are still to come. */
const fatal: readonly GzipProblem[] = ['cut off', 'format'];

class GiveUp extends Error {}

export const gzip: Program = function* (sys, argv) {
  const name = baseName(argv[0] ?? 'gzip');
  const flags = yield* readGzipFlags(sys, name, argv.slice(1));
  if (typeof flags === 'number') return flags;
  const run = new Run(sys, name, flags);
  try {
    yield* run.all();
  } catch (error) {
    if (!(error instanceof GiveUp)) throw error;
    return 1;
  }
  return run.status;
};

class Run {
  status = 0;
  readonly #listing: Listing;

  constructor(
    private readonly sys: Sys,
    private readonly name: string,
    private readonly flags: GzipFlags,
  ) {
    this.#listing = new Listing(sys, flags);
  }

  *all(): Blocking<void> {
    const { operands, mode } = this.flags;
    for (const file of operands.length === 0 ? ['-'] : operands) yield* this.#operand(file);
    if (mode === 'list') yield* this.#listing.end();
  }

  *#operand(file: string): Blocking<void> {
    try {
      if (file === '-') yield* this.#standardInput();
      else yield* this.#file(file);
    } catch (error) {
      if (error instanceof Refused) yield* this.#warn(error.message, error.severity);
      else if (error instanceof OutputError && error.errno !== 'EPIPE')
        yield* this.#giveUp(`stdout: ${strerror(error.errno)}`);
      else if (error instanceof OutputError || !isSysError(error)) throw error;
      else yield* this.#fail(`${file}: ${strerror(error.errno)}`);
    }
  }

  *#standardInput(): Blocking<void> {
    const { sys, flags } = this;
    const isPacking = flags.mode === 'pack';
    if (flags.mode !== 'list') yield* this.#refuseTerminal(isPacking ? 1 : 0);
    const file = sys.fstat(0);
    const mtime = isRegular(file) && flags.names !== false ? Math.floor(file.mtime / 1e9) : 0;
    if (isPacking)
      yield* this.#told('stdin', yield* pack(sys, 0, 1, { name: null, mtime, level: flags.level }), 'stdout');
    else if (flags.mode === 'list') yield* this.#list('stdin', 'stdout', 0);
    else yield* this.#unpacked('stdin', 0, flags.mode === 'test' ? null : 1, 'stdout');
  }

  /** Packed data is neither shown to people nor typed by them. */
  *#refuseTerminal(fd: 0 | 1): Blocking<void> {
    if (this.flags.force || !this.sys.isatty(fd)) return;
    const [done, what] = fd === 1 ? ['written to', 'compression'] : ['read from', 'decompression'];
    yield* writeAll(
      this.sys,
      2,
      `${this.name}: compressed data not ${done} a terminal. Use -f to force ${what}.\nFor help, type: ${this.name} -h\n`,
    );
    throw new GiveUp();
  }

  *#file(given: string): Blocking<void> {
    const { sys, flags } = this;
    const { mode } = flags;
    const path = mode === 'pack' ? given : this.#packedFile(given);
    const writesBeside = !flags.toStdout && (mode === 'pack' || mode === 'unpack');
    const source = sys.stat(path);
    if (isDirectory(source)) return yield* this.#directory(path);
    const fd = yield* sys.open(path, O_RDONLY | (writesBeside && !flags.force ? O_NOFOLLOW : 0));
    try {
      if (mode === 'list') return yield* this.#list(path, unpackedName(path, flags.suffix) ?? path, fd);
      if (!writesBeside) {
        yield* this.#begin(path);
        if (mode !== 'pack') return void (yield* this.#unpacked(path, fd, mode === 'test' ? null : 1, 'stdout'));
        yield* this.#refuseTerminal(1);
        return yield* this.#told(path, yield* pack(sys, fd, 1, this.#header(path, source.mtime)), 'stdout');
      }
      yield* this.#replace({ path, fd, source });
    } finally {
      sys.close(fd);
    }
  }

  /** Of `x` the file `x.gz` is meant where there is no `x`. */
  #packedFile(given: string): string {
    const { sys, flags } = this;
    try {
      sys.lstat(given);
      return given;
    } catch (error) {
      if (!isSysError(error, 'ENOENT') || unpackedName(given, flags.suffix) !== null) throw error;
    }
    const packed = `${given}${flags.suffix}`;
    try {
      sys.lstat(packed);
      return packed;
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Refused(`${packed}: ${strerror(error.errno)}`, 'error');
    }
  }

  *#directory(path: string): Blocking<void> {
    if (!this.flags.recursive) throw new Refused(`${path} is a directory -- ignored`);
    const entries = this.sys.readdir(path).filter(({ name }) => name !== '.' && name !== '..');
    for (const { name } of entries) yield* this.#operand(joinPath(path, name));
  }

  *#replace(opened: Opened): Blocking<void> {
    const { sys, flags } = this;
    const { path, fd, source } = opened;
    const to = flags.mode === 'pack' ? packedName(path, flags) : unpackedName(path, flags.suffix);
    if (to === null) throw new Refused(`${path}: unknown suffix -- ignored`);
    const output = yield* openOutput(sys, this.name, opened, to, flags);
    let isWhole = false;
    try {
      yield* this.#begin(path);
      if (flags.mode === 'pack') {
        const moved = yield* pack(sys, fd, output, this.#header(path, source.mtime));
        isWhole = true;
        settle(sys, opened, output, to, null);
        yield* this.#told(path, moved, to);
      } else {
        const moved = yield* this.#unpacked(path, fd, output, to);
        isWhole = moved.problem === null;
        if (isWhole) settle(sys, opened, output, to, flags.names === true ? moved.header : null);
      }
    } finally {
      sys.close(output);
      if (!isWhole) sys.unlink(to);
      else if (!flags.keep) sys.unlink(path);
    }
  }

  #header(path: string, mtime: number) {
    const { names, level } = this.flags;
    return names === false
      ? { name: null, mtime: 0, level }
      : { name: baseName(path), mtime: Math.floor(mtime / 1e9), level };
  }

  *#unpacked(path: string, from: number, to: number | null, target: string): Blocking<Unpacked> {
    const moved = yield* unpack(this.sys, from, to, this.flags.force && this.flags.toStdout);
    const { problem, hasGarbage } = moved;
    if (problem !== null) {
      if (fatal.includes(problem)) yield* this.#giveUp(`${path}: ${problems[problem]}`);
      this.status = 1;
      yield* writeAll(this.sys, 2, `\n${this.name}: ${path}: ${problems[problem]}\n`);
      return moved;
    }
    if (hasGarbage) {
      if (this.status === 0) this.status = 2;
      if (!this.flags.quiet)
        yield* writeAll(this.sys, 2, `\n${this.name}: ${path}: decompression OK, trailing garbage ignored\n`);
    }
    if (to === null && this.flags.mode === 'test') {
      if (this.flags.verbose) yield* writeAll(this.sys, 2, ' OK\n');
    } else yield* this.#told(path, moved, target);
    return moved;
  }

  *#list(path: string, name: string, from: number): Blocking<void> {
    const moved = yield* unpack(this.sys, from, null);
    if (moved.problem === null) return yield* this.#listing.row(name, moved);
    this.status = 1;
    yield* writeAll(this.sys, 2, `\n${this.name}: ${path}: ${problems[moved.problem]}\n`);
  }

  /** With -v: which file it is, before anything can go wrong with it. */
  *#begin(path: string): Blocking<void> {
    if (this.flags.verbose) yield* writeAll(this.sys, 2, `${path}:\t`);
  }

  /** With -v: the rest of that line. */
  *#told(path: string, { read, written, header }: Moved, target: string): Blocking<void> {
    if (!this.flags.verbose) return;
    const frame = frameBytes + (header?.name == null ? 0 : header.name.length + 1);
    const [packed, plain] = this.flags.mode === 'pack' ? [written, read] : [read, written];
    const done = this.flags.keep && !this.flags.toStdout ? 'created' : 'replaced with';
    const tail = path === 'stdin' ? '' : ` -- ${done} ${target}`;
    yield* writeAll(this.sys, 2, `${ratio(plain - (packed - frame), plain)}${tail}\n`);
  }

  *#warn(text: string, kind: Refused['severity']): Blocking<void> {
    if (kind === 'error') return yield* this.#fail(text);
    if (this.status === 0 && kind === 'warning') this.status = 2;
    if (!this.flags.quiet && text !== '') yield* writeAll(this.sys, 2, `${this.name}: ${text}\n`);
  }

  *#fail(text: string): Blocking<void> {
    this.status = 1;
    yield* writeAll(this.sys, 2, `${this.name}: ${text}\n`);
  }

  *#giveUp(text: string): Blocking<never> {
    yield* writeAll(this.sys, 2, `\n${this.name}: ${text}\n`);
    throw new GiveUp();
  }
}
