/** statx(2) of a name in a directory, as the port gives it. */
import type { TreeStat } from '../../tree';
import { kindOf } from '../files/stat';
import { AT_SYMLINK_NOFOLLOW, check, checkExcept } from '../syscall';
import { cString, nativeStatx } from './native';

const STATX_BASIC_STATS = 0x7ff;
const STATX_MODE_AND_OWNER = 0x1a;
const AT_EMPTY_PATH = 0x1000;
const absent = ['ENOENT', 'ENOTDIR'];

const buffer = Buffer.alloc(256);

/** An empty `name` is the directory itself. `path` is for the error. */
export function statAt(directory: number, name: string, path: string): TreeStat {
  check(statx(directory, name), 'stat', path);
  return decode();
}

export function findAt(directory: number, name: string, path: string): TreeStat | null {
  return checkExcept(absent, statx(directory, name), 'stat', path) === null ? null : decode();
}

/** Whether an open file has another owner or mode than it is to have. It costs less than to set them again, which disks write down. */
export function differsIn(
  fd: number,
  uid: number | undefined,
  gid: number | undefined,
  mode: number | undefined,
): { owner: boolean; mode: boolean } {
  check(nativeStatx(fd, '', AT_EMPTY_PATH, STATX_MODE_AND_OWNER, buffer), 'stat', '');
  const owner =
    (uid !== undefined && buffer.readUInt32LE(20) !== uid) || (gid !== undefined && buffer.readUInt32LE(24) !== gid);
  return { owner, mode: mode !== undefined && (buffer.readUInt16LE(28) & 0o7777) !== mode };
}

function statx(directory: number, name: string): number {
  const flags = name === '' ? AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
  return nativeStatx(directory, cString(name), flags, STATX_BASIC_STATS, buffer);
}

/** struct statx (uapi/linux/stat.h). */
function decode(): TreeStat {
  const mode = buffer.readUInt16LE(28);
  const kind = kindOf(mode);
  const isDevice = kind === 'char' || kind === 'block';
  return {
    kind,
    size: Number(buffer.readBigUInt64LE(40)),
    allocated: Number(buffer.readBigUInt64LE(48)) * 512,
    mode: mode & 0o7777,
    uid: buffer.readUInt32LE(20),
    gid: buffer.readUInt32LE(24),
    links: buffer.readUInt32LE(16),
    dev: `${buffer.readUInt32LE(136)}:${buffer.readUInt32LE(140)}`,
    ino: buffer.readBigUInt64LE(32),
    rdev: isDevice ? `${buffer.readUInt32LE(128)}:${buffer.readUInt32LE(132)}` : null,
    mtimeNs: buffer.readBigInt64LE(112) * 1_000_000_000n + BigInt(buffer.readUInt32LE(120)),
  };
}
