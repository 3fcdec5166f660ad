/** Writes the pieces of split. */
import {
  type Blocking,
  concat,
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
} from '../../../kernel/sim';
import { fromBinary } from '../../lib/binary';
import { execByName } from '../../lib/exec';
import { writeAll } from '../../lib/io';
import { chunkBytes } from '../common/input';
import { Lines } from '../common/lines';
import { Fatal, type Tool } from '../common/tool';
import type { Plan } from './plan';
import type { Suffixes } from './suffixes';

interface Piece {
  fd: number;
  /** Of the filter; null without one. */
  pid: number | null;
}

export class Splitter {
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
      yield* this.tool.write(concat(chunks[only - 1] ?? []));
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
    const all = concat(parts);
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
