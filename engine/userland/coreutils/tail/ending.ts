/** The end of a file, or everything from some line or byte on. */
import { type Blocking, isSysError, S_IFMT, S_IFREG, SEEK_CUR, SEEK_END, SEEK_SET } from '../../../kernel/sim';
import { chunkBytes } from '../common/input';
import type { Tool } from '../common/tool';
import type { TailSettings } from './settings';

/** Prints it; the descriptor is at the end then. */
export function* printEnding(tool: Tool, fd: number, settings: TailSettings): Blocking<void> {
  if (settings.fromStart)
    return yield* settings.unit === 'bytes' ? fromByte(tool, fd, settings) : fromLine(tool, fd, settings);
  if (settings.count === 0 && seekToEnd(tool, fd)) return;
  return yield* settings.unit === 'bytes' ? lastBytes(tool, fd, settings.count) : lastLines(tool, fd, settings);
}

/** False where one cannot seek. */
function seekToEnd(tool: Tool, fd: number): boolean {
  if (!isRegular(tool, fd)) return false;
  tool.sys.lseek(fd, 0, SEEK_END);
  return true;
}

function isRegular(tool: Tool, fd: number): boolean {
  return (tool.sys.fstat(fd).mode & S_IFMT) === S_IFREG;
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
    if (isRegular(tool, fd)) {
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
  let size = 0;
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) break;
    held.push(data);
    size += data.length;
    while (held[0] && size - held[0].length >= count) size -= held.shift()?.length ?? 0;
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
  const lines: Uint8Array[] = [];
  let rest: Uint8Array = new Uint8Array();
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) break;
    const all = new Uint8Array(rest.length + data.length);
    all.set(rest);
    all.set(data, rest.length);
    let at = 0;
    for (let next = all.indexOf(end); next >= 0; next = all.indexOf(end, at)) {
      lines.push(all.subarray(at, next + 1));
      at = next + 1;
    }
    rest = all.subarray(at);
    if (lines.length > count + 1024) lines.splice(0, lines.length - count);
  }
  if (rest.length > 0) lines.push(rest);
  if (count > 0) for (const line of lines.slice(-count)) yield* tool.write(line);
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
