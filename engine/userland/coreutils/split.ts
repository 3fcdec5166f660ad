/** split: a file in pieces (split(1)). */
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_TRUNC,
  O_WRONLY,
  S_IFMT,
  S_IFREG,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  strerror,
} from '../../kernel/sim';
import { binaryOf, fromBinary } from '../lib/binary';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { parseNumber, sizeSuffixes } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { chunkBytes } from './common/input';
import { Lines } from './common/lines';
import { extraOperand } from './common/operands';
import { Fatal, makeTool, type Tool } from './common/tool';

export const split = makeTool({
  name: 'split',
  options: [
    { short: 'a', long: 'suffix-length', value: 'required' },
    { long: 'additional-suffix', value: 'required' },
    { short: 'b', long: 'bytes', value: 'required' },
    { short: 'C', long: 'line-bytes', value: 'required' },
    { short: 'd' },
    { long: 'numeric-suffixes', value: 'optional' },
    { short: 'x' },
    { long: 'hex-suffixes', value: 'optional' },
    { short: 'e', long: 'elide-empty-files' },
    { long: 'filter', value: 'required' },
    { short: 'l', long: 'lines', value: 'required' },
    { short: 'n', long: 'number', value: 'required' },
    { short: 't', long: 'separator', value: 'required' },
    { short: 'u', long: 'unbuffered' },
    { long: 'verbose' },
  ],
  rewrite: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '-l$1')),
  help: `[OPTION]... [FILE [PREFIX]]
Write pieces of FILE to PREFIXaa (xaa), PREFIXab ...

  -a, --suffix-length=N    letters of the suffix (2)     --additional-suffix=SUFFIX
  -b, --bytes=SIZE         bytes a piece                 -C, --line-bytes=SIZE   of whole lines
  -d, --numeric-suffixes[=FROM]   -x, --hex-suffixes[=FROM]
  -e, --elide-empty-files  with -n
      --filter=COMMAND     pipe each piece to COMMAND, which finds its name in $FILE
  -l, --lines=NUMBER       lines a piece (1000)
  -n, --number=CHUNKS      N, K/N, l/N, l/K/N, r/N, r/K/N
  -t, --separator=SEP      instead of a newline
      --verbose            say what is written`,
  *run(tool) {
    const { operands } = tool;
    if (operands.length > 2) throw extraOperand(tool, operands[2] ?? '');
    const [name = '-', prefix = 'x'] = operands;
    const plan = readPlan(tool);
    const input = yield* openSource(tool, name);
    const suffixes = new Suffixes(tool, plan);
    const splitter = new Splitter(tool, input, prefix, suffixes, separatorOf(tool));
    yield* tool.attempt(tool.bare(name), () => splitter.run(plan));
  },
});

type Plan =
  | { kind: 'lines' | 'bytes' | 'line-bytes'; size: number }
  | { kind: 'chunks'; mode: 'bytes' | 'lines' | 'round'; count: number; only: number | null };

function readPlan(tool: Tool): Plan {
  const given = tool.options.given.filter(({ name }) => ['bytes', 'line-bytes', 'lines', 'number'].includes(name));
  const kinds = new Set(given.map(({ name }) => name));
  if (kinds.size > 1) throw new UsageError('cannot split in more than one way');
  const option = given.at(-1);
  if (option === undefined) return { kind: 'lines', size: 1000 };
  const text = option.value ?? '';
  if (option.name === 'number') return readChunks(tool, text);
  const parsed = parseNumber(text, option.name === 'lines' ? '' : sizeSuffixes);
  if (!parsed.ok || parsed.value === 0) {
    const why = parsed.ok
      ? `: ${strerror('ERANGE')}`
      : parsed.reason === 'overflow'
        ? `: ${strerror('EOVERFLOW')}`
        : '';
    throw new Fatal(`invalid number of ${option.name === 'lines' ? 'lines' : 'bytes'}: ${tool.word(text)}${why}`);
  }
  const kind = option.name === 'bytes' ? 'bytes' : option.name === 'lines' ? 'lines' : 'line-bytes';
  return { kind, size: parsed.value };
}

function readChunks(tool: Tool, text: string): Plan {
  const match = /^(?:([lr])\/)?(?:(\d+)\/)?(\d*)$/.exec(text);
  const [, letter, only, count = ''] = match ?? [];
  if (!match || count === '' || Number(count) === 0) {
    const why = match && count !== '' ? `: ${strerror('ERANGE')}` : '';
    throw new Fatal(`invalid number of chunks: ${tool.word(match ? count : text.replace(/^[lr]\//, ''))}${why}`);
  }
  if (only !== undefined && (Number(only) === 0 || Number(only) > Number(count))) {
    throw new Fatal(`invalid chunk number: ${tool.word(only)}: ${strerror('ERANGE')}`);
  }
  const mode = letter === 'l' ? 'lines' : letter === 'r' ? 'round' : 'bytes';
  return { kind: 'chunks', mode, count: Number(count), only: only === undefined ? null : Number(only) };
}

function separatorOf(tool: Tool): number {
  const text = tool.value('separator');
  if (text === null) return 10;
  if (text === '\\0') return 0;
  if (text === '') throw new Fatal('empty record separator');
  if (binaryOf(text).length > 1) throw new Fatal(`multi-character separator ${tool.word(text)}`);
  return text.charCodeAt(0);
}

function* openSource(tool: Tool, name: string): Blocking<number> {
  if (name === '-') return 0;
  try {
    return yield* tool.sys.open(name, 0);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`cannot open ${tool.quote(name)} for reading: ${strerror(error.errno)}`);
  }
}

class Suffixes {
  readonly #alphabet: string;
  readonly #isGrowing: boolean;
  #next: number[] | null;
  #lead = '';
  readonly #tail: string;

  constructor(tool: Tool, plan: Plan) {
    const last = tool.options.given.findLast(({ name }) => /^(d|x|numeric-suffixes|hex-suffixes)$/.test(name));
    const isHex = last?.name === 'x' || last?.name === 'hex-suffixes';
    this.#alphabet = last === undefined ? 'abcdefghijklmnopqrstuvwxyz' : isHex ? '0123456789abcdef' : '0123456789';
    const given = tool.value('suffix-length');
    const length = given === null ? null : parseNumber(given);
    if (length !== null && !length.ok) throw new Fatal(`invalid suffix length: ${tool.word(given ?? '')}`);
    this.#tail = tool.value('additional-suffix') ?? '';
    if (this.#tail.includes('/'))
      throw new Fatal(`invalid suffix ${tool.quote(this.#tail)}, contains directory separator`);
    const from = last?.value ?? null;
    if (from !== null && !/^[0-9a-f]+$/.test(from)) {
      throw new UsageError(
        `${tool.quote(from)}: invalid start value for ${isHex ? 'hexadecimal' : 'numerical'} suffix`,
      );
    }
    const needed =
      plan.kind === 'chunks'
        ? digitsFor(plan.count + (from === null ? 0 : Number.parseInt(from, isHex ? 16 : 10)), this.#alphabet.length)
        : 0;
    const wanted = length?.ok && length.value > 0 ? length.value : Math.max(2, needed, from?.length ?? 0);
    if (length?.ok && length.value > 0 && needed > length.value) {
      throw new Fatal(`the suffix length needs to be at least ${needed}`);
    }
    this.#isGrowing = (length === null || (length.ok && length.value === 0)) && plan.kind !== 'chunks' && from === null;
    this.#next = new Array<number>(wanted).fill(0);
    if (from !== null) this.#next = Array.from(from.padStart(wanted, '0'), (digit) => this.#alphabet.indexOf(digit));
  }

  take(): string {
    const digits = this.#next;
    if (digits === null) throw new Fatal('output file suffixes exhausted');
    const text = this.#lead + digits.map((digit) => this.#alphabet[digit]).join('') + this.#tail;
    this.#next = this.#following(digits);
    return text;
  }

  /** Before the first letter is the last of the alphabet, it is kept and the rest gets longer: `yz`, `zaaa`. */
  #following(digits: readonly number[]): number[] | null {
    const last = this.#alphabet.length - 1;
    const next = [...digits];
    let at = next.length - 1;
    while (at >= 0 && next[at] === last) next[at--] = 0;
    if (at < 0) return null;
    next[at] = (next[at] ?? 0) + 1;
    if (!this.#isGrowing || next[0] !== last) return next;
    this.#lead += this.#alphabet[last];
    return new Array<number>(next.length + 1).fill(0);
  }
}

function digitsFor(count: number, base: number): number {
  let [digits, rest] = [0, Math.max(1, count - 1)];
  while (rest > 0) {
    digits++;
    rest = Math.floor(rest / base);
  }
  return digits;
}

interface Piece {
  fd: number;
  /** Of the filter; null without one. */
  pid: number | null;
}

class Splitter {
  constructor(
    private readonly tool: Tool,
    private readonly input: number,
    private readonly prefix: string,
    private readonly suffixes: Suffixes,
    private readonly separator: number,
  ) {}

  *run(plan: Plan): Blocking<void> {
    switch (plan.kind) {
      case 'bytes':
        return yield* this.#bytes(plan.size);
      case 'lines':
        return yield* this.#lines(plan.size);
      case 'line-bytes':
        return yield* this.#lineBytes(plan.size);
      case 'chunks':
        return yield* this.#chunks(plan.mode, plan.count, plan.only);
    }
  }

  *#open(): Blocking<Piece> {
    const { tool } = this;
    const name = this.prefix + this.suffixes.take();
    const filter = tool.value('filter');
    if (filter !== null) return this.#filter(filter, name);
    if (tool.has('verbose')) yield* tool.line(`creating file ${tool.quote(name)}`);
    try {
      return { fd: yield* tool.sys.open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o666), pid: null };
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
    }
  }

  #filter(command: string, name: string): Piece {
    const { tool } = this;
    const { readEnd, writeEnd } = tool.sys.pipe({ closeOnExec: true });
    const pid = tool.sys.fork(function* (child) {
      child.dup2(readEnd, 0);
      const shell = tool.env.SHELL || '/bin/sh';
      yield* execByName(child, [shell, '-c', command], { ...tool.env, FILE: name });
      return 126;
    });
    tool.sys.close(readEnd);
    return { fd: writeEnd, pid };
  }

  *#close(piece: Piece | null): Blocking<void> {
    if (piece === null) return;
    this.tool.sys.close(piece.fd);
    if (piece.pid === null) return;
    const result = yield* this.tool.sys.waitpid(piece.pid);
    if (result?.event.kind === 'exited' && result.event.code !== 0) this.tool.status = 1;
  }

  *#write(piece: Piece, data: Uint8Array): Blocking<void> {
    yield* writeAll(this.tool.sys, piece.fd, data);
  }

  *#bytes(size: number): Blocking<void> {
    let piece: Piece | null = null;
    let left = 0;
    for (;;) {
      const data = yield* this.tool.sys.read(this.input, chunkBytes);
      if (data.length === 0) break;
      for (let at = 0; at < data.length; ) {
        if (piece === null || left === 0) {
          yield* this.#close(piece);
          piece = yield* this.#open();
          left = size;
        }
        const part = data.subarray(at, at + left);
        yield* this.#write(piece, part);
        at += part.length;
        left -= part.length;
      }
    }
    yield* this.#close(piece);
  }

  *#lines(count: number): Blocking<void> {
    let piece: Piece | null = null;
    let left = 0;
    for (;;) {
      const data = yield* this.tool.sys.read(this.input, chunkBytes);
      if (data.length === 0) break;
      for (let at = 0; at < data.length; ) {
        if (piece === null || left === 0) {
          yield* this.#close(piece);
          piece = yield* this.#open();
          left = count;
        }
        let end = at;
        while (left > 0 && end < data.length) {
          const next = data.indexOf(this.separator, end);
          end = next < 0 ? data.length : next + 1;
          if (next >= 0) left--;
        }
        yield* this.#write(piece, data.subarray(at, end));
        at = end;
      }
    }
    yield* this.#close(piece);
  }

  *#lineBytes(size: number): Blocking<void> {
    const lines = new Lines(this.tool.sys, this.input, this.separator);
    let piece: Piece | null = null;
    let left = 0;
    for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
      let data = fromBinary(line.text + (line.isEnded ? String.fromCharCode(this.separator) : ''));
      while (data.length > 0) {
        if (piece === null || left === 0 || (data.length > left && left < size)) {
          yield* this.#close(piece);
          piece = yield* this.#open();
          left = size;
        }
        const part = data.subarray(0, left);
        yield* this.#write(piece, part);
        left -= part.length;
        data = data.subarray(part.length);
      }
    }
    yield* this.#close(piece);
  }

  *#chunks(mode: 'bytes' | 'lines' | 'round', count: number, only: number | null): Blocking<void> {
    const chunks = mode === 'round' ? yield* this.#rounds(count) : yield* this.#shares(count, mode === 'lines');
    if (only !== null) {
      yield* this.tool.write(joined(chunks[only - 1] ?? []));
      return;
    }
    for (const chunk of chunks) {
      if (chunk.every((part) => part.length === 0) && this.tool.has('elide-empty-files')) continue;
      const piece = yield* this.#open();
      for (const part of chunk) yield* this.#write(piece, part);
      yield* this.#close(piece);
    }
  }

  *#rounds(count: number): Blocking<Uint8Array[][]> {
    const chunks = Array.from({ length: count }, (): Uint8Array[] => []);
    const lines = new Lines(this.tool.sys, this.input, this.separator);
    let number = 0;
    for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
      chunks[number++ % count]?.push(fromBinary(line.text + (line.isEnded ? String.fromCharCode(this.separator) : '')));
    }
    return chunks;
  }

  /** Equal shares; the last has what is left over. Of lines, each goes where it begins. */
  *#shares(count: number, isLines: boolean): Blocking<Uint8Array[][]> {
    const { tool } = this;
    const { mode } = tool.sys.fstat(this.input);
    if ((mode & S_IFMT) !== S_IFREG) {
      throw new Fatal(`${tool.bare(tool.operands[0] ?? '-')}: cannot determine file size`);
    }
    const start = tool.sys.lseek(this.input, 0, SEEK_CUR);
    const size = Math.max(0, tool.sys.lseek(this.input, 0, SEEK_END) - start);
    tool.sys.lseek(this.input, start, SEEK_SET);
    const parts: Uint8Array[] = [];
    for (
      let data = yield* tool.sys.read(this.input, chunkBytes);
      data.length > 0;
      data = yield* tool.sys.read(this.input, chunkBytes)
    ) {
      parts.push(data);
    }
    const all = joined(parts);
    const share = Math.floor(size / count);
    const bounds = Array.from({ length: count }, (_, at) => (at === count - 1 ? size : (at + 1) * share));
    const chunks: Uint8Array[][] = [];
    let from = 0;
    for (const bound of bounds) {
      let to = Math.max(from, bound);
      if (isLines && to > from && to < all.length && all[to - 1] !== this.separator) {
        const next = all.indexOf(this.separator, to);
        to = next < 0 ? all.length : next + 1;
      }
      chunks.push([all.subarray(from, to)]);
      from = to;
    }
    return chunks;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
