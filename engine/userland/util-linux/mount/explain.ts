/** The kernel's errno in the words of libmount (mnt_context_get_mount_excode), by what was attempted. */
import * as kernel from '../../../kernel/sim';
import { type Blocking, type Errno, type Sys, strerror } from '../../../kernel/sim';
import { readFile } from '../../lib/io';
import { parseMountinfo } from '../../lib/mountinfo';
import { canonicalPath } from '../../lib/realpath';
import { exists, isDirectoryAt, isRegular } from '../../lib/stat';

export interface Refusal {
  source: string | null;
  from: string;
  target: string;
  type: string | null;
  flags: number;
  errno: Errno;
  /** What is to be moved lies on a shared mount. */
  sharedAbove: boolean;
}

/** Filesystems that a kernel has and that need a block device; there is none here, so the device is what is wrong. */
const onDevices = new Set(['btrfs', 'erofs', 'ext2', 'ext3', 'ext4', 'squashfs', 'xfs']);

export function explain(sys: Sys, refusal: Refusal): string {
  const { source, from, target, type, flags, errno, sharedAbove } = refusal;
  const operation = flags & (kernel.MS_BIND | kernel.MS_MOVE);
  const plain = `mount(2) system call failed: ${strerror(errno)}.`;
  switch (errno) {
    case 'EPERM':
      return 'permission denied.';
    case 'EBUSY':
      return `${source} already mounted or mount point busy.`;
    case 'ENOENT':
      if (!exists(sys, target)) return 'mount point does not exist.';
      return source === null ? plain : `special device ${source} does not exist.`;
    case 'ENOTDIR':
      if (!isDirectoryAt(sys, target)) return 'mount point is not a directory.';
      if (operation && exists(sys, from)) return plain;
      return `special device ${source} does not exist (a path prefix is not a directory).`;
    case 'EINVAL':
      return explainInvalid(sys, refusal, operation !== 0, sharedAbove);
    case 'ENODEV':
      if (!exists(sys, target)) return 'mount point does not exist.';
      return type !== null && !onDevices.has(type)
        ? `unknown filesystem type '${type}'.`
        : withoutDevice(sys, source ?? '');
    default:
      return plain;
  }
}

function explainInvalid(
  sys: Sys,
  { source, from, target, type, flags }: Refusal,
  operates: boolean,
  sharedAbove: boolean,
): string {
  if (flags & kernel.MS_MOVE && sharedAbove) {
    return 'bad option; moving a mount residing under a shared mount is unsupported.';
  }
  if (flags & kernel.MS_REMOUNT) return 'mount point not mounted or bad option.';
  if (type === null && !operates) {
    if (source === null) return 'not mount point or bad option.';
    return exists(sys, target) ? withoutDevice(sys, source) : 'mount point does not exist.';
  }
  return `wrong fs type, bad option, bad superblock on ${operates ? from : source}, missing codepage or helper program, or other error.`;
}

function withoutDevice(sys: Sys, source: string): string {
  if (!exists(sys, source)) return `special device ${source} does not exist.`;
  const path = canonicalPath(sys, source, 'all');
  const isFile = isRegular(sys.stat(source));
  return isFile ? `${path} is not a block device; try "-o loop".` : `${path} is not a block device.`;
}

/** Whether the mount that holds `path`, or its parent where `path` is a mount point, is shared. */
export function* isOnShared(sys: Sys, path: string): Blocking<boolean> {
  const mounts = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'));
  const below = (target: string) => target === '/' || path.startsWith(`${target}/`);
  const holders = mounts.filter(({ target }) => below(target)).sort((a, b) => a.target.length - b.target.length);
  return holders.at(-1)?.optional.some((field) => field.startsWith('shared:')) ?? false;
}
