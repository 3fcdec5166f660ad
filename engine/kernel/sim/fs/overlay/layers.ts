/** The layers an overlay is made of: found, checked against each other, and numbered (ovl_fill_super). */
import { SysError } from '../../abi/errno';
import type { Device } from '../../abi/files';
import type { Task } from '../../task/task';
import type { Dentry } from '../../vfs/dentry';
import type { Path } from '../../vfs/path';
import type { SuperBlock } from '../../vfs/super-block';
import type { OverlayOptions } from './options';

/** A filesystem that has layers. */
export interface LayerFs {
  sb: SuperBlock;
  /** What files of it that cannot be told apart otherwise have as `st_dev`. */
  device: Device;
  number: number;
}

export interface Layers {
  upper: Path | null;
  work: Path | null;
  lowers: Path[];
}

export interface OverlayLayer {
  role: 'upper' | 'lower';
  path: Path;
}

export function findLayers(task: Task, options: OverlayOptions): Layers {
  const { vfs } = task.kernel;
  const find = (path: string) => {
    const place = vfs.resolve(task, path);
    if (!place.dentry.inode.isDirectory) throw new SysError('EINVAL', `${path} is not a directory`);
    return place;
  };
  const lowers = options.lowers.map(find);
  const upper = options.upper === null ? null : find(options.upper);
  const work = options.work === null ? null : find(options.work);
  for (const place of [upper, work]) if (place) demandWritable(place);
  if (lowers.length === 0) throw new SysError('EINVAL', "missing 'lowerdir'");
  if (!upper && lowers.length < 2)
    throw new SysError('EINVAL', 'at least 2 lowerdir are needed while upperdir nonexistent');
  if (upper && !work) throw new SysError('EINVAL', "missing 'workdir'");
  if (upper && work) demandSeparate(upper, work);
  return { upper, work: upper ? work : null, lowers };
}

function demandWritable({ mount, dentry }: Path): void {
  if (mount.isReadOnly) throw new SysError('EINVAL', 'the filesystem is read-only');
  if (dentry.inode.sb.type === 'overlay') throw new SysError('EINVAL', 'not supported as upperdir');
}

function demandSeparate(upper: Path, work: Path): void {
  if (upper.mount !== work.mount) throw new SysError('EINVAL', 'workdir and upperdir must reside under the same mount');
  if (upper.dentry.isBelow(work.dentry) || work.dentry.isBelow(upper.dentry)) {
    throw new SysError('EINVAL', 'workdir and upperdir must be separate subtrees');
  }
}

/** ELOOP: no layer is another one, nor lies in another one that comes after it in this order. */
export function demandNoOverlap({ upper, work, lowers }: Layers): void {
  const traps = new Set<Dentry>();
  for (const place of [upper, work, ...lowers]) {
    if (!place) continue;
    if (traps.has(place.dentry)) throw new SysError('ELOOP', 'conflicting layers');
    traps.add(place.dentry);
  }
  for (const { dentry } of lowers) {
    for (let at = dentry.parent; at !== null; at = at.parent) {
      if (traps.has(at)) throw new SysError('ELOOP', 'overlapping layers');
    }
  }
}
