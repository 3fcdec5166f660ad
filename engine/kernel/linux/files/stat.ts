import type { BigIntStats, Stats } from 'node:fs';
import type { FileKind } from '../../../state';
import type { FileStat } from '../../port';

const kinds: Record<number, FileKind> = {
  0o010000: 'fifo',
  0o020000: 'char',
  0o040000: 'directory',
  0o060000: 'block',
  0o100000: 'file',
  0o120000: 'symlink',
  0o140000: 'socket',
};

/** The kind that is in a file's mode (inode(7)). */
export function kindOf(mode: number): FileKind {
  return kinds[mode & 0o170000] ?? 'file';
}

/** `stat` as the port gives it. */
export function toFileStat(stats: Stats | BigIntStats): FileStat {
  const mode = Number(stats.mode);
  const kind = kindOf(mode);
  return {
    kind,
    size: Number(stats.size),
    mode: mode & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    inode: Number(stats.ino),
    rdev: kind === 'char' || kind === 'block' ? deviceNumber(BigInt(stats.rdev)) : null,
  };
}

/** `major:minor` of a `dev_t` (makedev(3)). */
function deviceNumber(device: bigint): string {
  const major = ((device >> 32n) & 0xfffff000n) | ((device >> 8n) & 0xfffn);
  const minor = ((device >> 12n) & 0xffffff00n) | (device & 0xffn);
  return `${major}:${minor}`;
}
