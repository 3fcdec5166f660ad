/** The contents of one file into another. */
import {
  type Blocking,
  type Errno,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  SEEK_CUR,
  strerror,
} from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { isLink, isRegular, lookUpOrNull } from '../../lib/stat';
import { chunkBytes } from '../common/input';
import type { Tool } from '../common/tool';
import type { CopySettings } from './settings';

export interface Target {
  isNew: boolean;
}

/** Answers whether the file is a new one; null when it did not work. */
export function* copyContents(
  tool: Tool,
  settings: CopySettings,
  from: string,
  to: string,
  mode: number,
  isNew: boolean,
): Blocking<Target | null> {
  const { sys } = tool;
  const source = yield* tool.attempt(`cannot open ${tool.quote(from)} for reading`, () => sys.open(from, O_RDONLY));
  if (source === null) return null;
  try {
    const opened = yield* openTarget(tool, settings, to, mode, isNew);
    if (opened === null) return null;
    const isFine = settings.attributesOnly || (yield* copyAll(tool, settings, source, opened.fd, from, to));
    sys.close(opened.fd);
    return isFine ? { isNew: opened.isNew } : null;
  } finally {
    sys.close(source);
  }
}

interface Opened extends Target {
  fd: number;
}

function* openTarget(
  tool: Tool,
  settings: CopySettings,
  to: string,
  mode: number,
  isNew: boolean,
): Blocking<Opened | null> {
  const { sys } = tool;
  const complaint = `cannot create regular file ${tool.quote(to)}`;
  if (!isNew) {
    const found = yield* tryOpen(tool, to, O_WRONLY | (settings.attributesOnly ? 0 : O_TRUNC));
    if (typeof found === 'number') return { fd: found, isNew: false };
    if (!settings.force || found === 'ENOENT') {
      yield* tool.failWith(complaint, found);
      return null;
    }
    if (!(yield* tool.try(`cannot remove ${tool.quote(to)}`, () => sys.unlink(to)))) return null;
    if (settings.verbose) yield* tool.line(`removed ${tool.quote(to)}`);
  }
  const made = yield* tryOpen(tool, to, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (typeof made === 'number') return { fd: made, isNew: true };
  const inTheWay = made === 'EEXIST' ? lookUpOrNull(sys, to, false) : null;
  if (inTheWay !== null && isLink(inTheWay)) {
    yield* tool.fail(`not writing through dangling symlink ${tool.quote(to)}`);
  } else yield* tool.failWith(complaint, made === 'EISDIR' && to.endsWith('/') ? 'ENOTDIR' : made);
  return null;
}

function* tryOpen(tool: Tool, path: string, flags: number, mode?: number): Blocking<number | Errno> {
  try {
    return yield* tool.sys.open(path, flags, mode);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno;
  }
}

function* copyAll(
  tool: Tool,
  settings: CopySettings,
  source: number,
  target: number,
  from: string,
  to: string,
): Blocking<boolean> {
  if (settings.reflink === 'always') {
    yield* tool.fail(`failed to clone ${tool.quote(to)} from ${tool.quote(from)}: ${strerror('EOPNOTSUPP')}`);
    return false;
  }
  const { sys } = tool;
  try {
    if (hasHoles(tool, settings, source)) return yield* copyWithHoles(tool, source, target, to);
    if (yield* copyByRange(tool, source, target)) return true;
    for (;;) {
      const data = yield* sys.read(source, chunkBytes);
      if (data.length === 0) return true;
      const written = yield* writeOut(tool, target, data, to);
      if (!written) return false;
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.failWith(`error reading ${tool.quote(from)}`, error.errno);
    return false;
  }
}

const holeBytes = 4096;

/** Fewer blocks than its size needs: what reads as zeros may stay unwritten. */
function hasHoles(tool: Tool, { sparse }: CopySettings, source: number): boolean {
  if (sparse === 'never') return false;
  const stat = tool.sys.fstat(source);
  return isRegular(stat) && (sparse === 'always' || (stat.blocks * 512 < stat.size && stat.blocks % 8 === 0));
}

function* copyWithHoles(tool: Tool, source: number, target: number, to: string): Blocking<boolean> {
  const { sys } = tool;
  let total = 0;
  for (;;) {
    const data = yield* sys.read(source, chunkBytes);
    if (data.length === 0) break;
    for (let at = 0; at < data.length; at += holeBytes) {
      const part = data.subarray(at, at + holeBytes);
      if (part.every((byte) => byte === 0)) sys.lseek(target, part.length, SEEK_CUR);
      else if (!(yield* writeOut(tool, target, part, to))) return false;
    }
    total += data.length;
    yield* sys.checkpoint();
  }
  sys.ftruncate(target, total);
  return true;
}

function* writeOut(tool: Tool, target: number, data: Uint8Array, to: string): Blocking<boolean> {
  try {
    yield* writeAll(tool.sys, target, data);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.failWith(`error writing ${tool.quote(to)}`, error.errno);
    return false;
  }
}

/** True when the kernel did all of it. Files of proc say they are empty, and are read as usual. */
function* copyByRange(tool: Tool, source: number, target: number): Blocking<boolean> {
  let total = 0;
  for (;;) {
    let count: number;
    try {
      count = yield* tool.sys.copyFileRange(source, target, 2 ** 30);
    } catch (error) {
      if (!isSysError(error, 'EINVAL', 'EXDEV', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EISDIR', 'EPERM')) throw error;
      return false;
    }
    if (count === 0) return total > 0;
    total += count;
    yield* tool.sys.checkpoint();
  }
}
