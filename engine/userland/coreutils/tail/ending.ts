/** The end of a file, or everything from some line or byte on. */
import { type Blocking, isSysError, S_IFMT, S_IFREG, SEEK_CUR, SEEK_END, SEEK_SET } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { linesATurn } from '../../lib/io';
import { isRegular } from '../../lib/stat';
import { chunkBytes } from '../common/input';
import type { Tool } from '../common/tool';
import type { TailSettings } from './settings';

/** What is kept of a part of a line besides its text. */
const bytesAPart = 120;

/** Prints it; the descriptor is at the end then. */
export function* printEnding(tool: Tool, fd: number, settings: TailSettings): Blocking<void> {
  if (settings.fromStart)
    return yield* settings.unit === 'bytes' ? fromByte(tool, fd, settings) : fromLine(tool, fd, settings);
  if (settings.count === 0 && seekToEnd(tool, fd)) return;
  return yield* settings.unit === 'bytes' ? lastBytes(tool, fd, settings.count) : lastLines(tool, fd, settings);
}

/** False where one cannot seek. */
function seekToEnd(tool: Tool, fd: number): boolean {
  if (!isRegular(tool.sys.fstat(fd))) return false;
  tool.sys.lseek(fd, 0, SEEK_END);
  return true;
}

export function* copyRest(tool: Tool, fd: number): Blocking<number> {
  let total = 0;
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) return total;
    yield* tool.write(data);
    yield* tool.flush();
    total += data.length;
  }
}

function* fromByte(tool: Tool, fd: number, { count }: TailSettings): Blocking<void> {
  let left = count;
  try {
    if (isRegular(tool.sys.fstat(fd))) {
      tool.sys.lseek(fd, count, SEEK_CUR);
      left = 0;
    }
  } catch (error) {
    if (!isSysError(error, 'ESPIPE')) throw error;
  }
  while (left > 0) {
    const data = yield* tool.sys.read(fd, Math.min(left, chunkBytes));
    if (data.length === 0) return;
    left -= data.length;
  }
  yield* copyRest(tool, fd);
}

function* fromLine(tool: Tool, fd: number, { count, end }: TailSettings): Blocking<void> {
  let left = count;
  while (left > 0) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) return;
    let at = 0;
    while (left > 0 && at < data.length) {
      const next = data.indexOf(end, at);
      if (next < 0) break;
      at = next + 1;
      left--;
    }
    if (left === 0) yield* tool.write(data.subarray(at));
  }
  yield* copyRest(tool, fd);
}

function* lastBytes(tool: Tool, fd: number, count: number): Blocking<void> {
  const start = beginOfTail(tool, fd, count);
  if (start !== null) {
    tool.sys.lseek(fd, start, SEEK_SET);
    yield* copyRest(tool, fd);
    return;
  }
  const held: Uint8Array[] = [];
  const memory = new Held(tool.sys);
  let size = 0;
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) break;
    held.push(data);
    size += data.length;
    while (held[0] && size - held[0].length >= count) size -= held.shift()?.length ?? 0;
    memory.add(size - memory.bytes);
  }
  let skip = Math.max(0, size - count);
  for (const part of held) {
    yield* tool.write(part.subarray(Math.min(skip, part.length)));
    skip = Math.max(0, skip - part.length);
  }
}

/** Where the last `count` bytes of a regular file begin; null for what is none. */
function beginOfTail(tool: Tool, fd: number, count: number): number | null {
  const { mode, size } = tool.sys.fstat(fd);
  if ((mode & S_IFMT) !== S_IFREG || size === 0) return null;
  const position = tool.sys.lseek(fd, 0, SEEK_CUR);
  return Math.max(position, size - count);
}

function* lastLines(tool: Tool, fd: number, { count, end }: TailSettings): Blocking<void> {
  const { mode, size } = tool.sys.fstat(fd);
  if ((mode & S_IFMT) === S_IFREG && size > 0) {
    tool.sys.lseek(fd, lineStart(tool, fd, size, count, end), SEEK_SET);
    yield* copyRest(tool, fd);
    return;
  }
  // Parts of lines: a line without an end may be as long as all of the memory.
  const held = new Held(tool.sys);
  let parts: Uint8Array[] = [];
  let [first, lines] = [0, 0];
  const keep = (part: Uint8Array) => {
    parts.push(part);
    held.add(part.length + bytesAPart);
  };
  const dropLine = () => {
    for (let part = parts[first++]; part !== undefined; part = parts[first++]) {
      held.add(-part.length - bytesAPart);
      if (part.at(-1) === end) break;
    }
    lines--;
  };
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) break;
    let at = 0;
    for (let next = data.indexOf(end); next >= 0; next = data.indexOf(end, at)) {
      keep(data.subarray(at, next + 1));
      if (lines % linesATurn === 0) yield* tool.sys.checkpoint();
      at = next + 1;
      lines++;
    }
    if (at < data.length) keep(data.subarray(at));
    if (lines > count + 1024) {
      while (lines > count) dropLine();
      parts = parts.slice(first);
      first = 0;
    }
  }
  if (first < parts.length && parts.at(-1)?.at(-1) !== end) lines++;
  while (lines > count) dropLine();
  for (const part of parts.slice(first)) yield* tool.write(part);
}

/** Looks for line ends from the end of the file backwards. */
function lineStart(tool: Tool, fd: number, size: number, count: number, end: number): number {
  const begin = tool.sys.lseek(fd, 0, SEEK_CUR);
  let left = count;
  let isLast = true;
  for (let stop = size; stop > begin; ) {
    const start = Math.max(begin, stop - chunkBytes);
    const data = tool.sys.pread(fd, stop - start, start);
    let at = data.length - 1;
    // The newline at the very end belongs to the last line.
    if (isLast && data[at] === end) at--;
    isLast = false;
    for (; at >= 0; at--) {
      if (data[at] === end && --left === 0) return start + at + 1;
    }
    stop = start;
  }
  return begin;
}
