/** How many mounts there may be: fs.mount-max in each namespace (Linux count_mounts), and a bound for all of a lab. */
import { SysError } from '../../abi/errno';
import type { SimKernel } from '../../kernel';
import type { MountNamespace } from '../../ns/namespace';
import type { Task } from '../../task/task';
import { type Mount, mountTree } from '../mount';
import { receivers } from './peers';

const mostInAll = 40_000;

/** ENOSPC where the tree, put on `parent` and on all that receives from there, would be too much. */
export function demandRoom(task: Task, tree: Mount, parent: Mount): void {
  const { kernel } = task;
  const size = countTree(tree);
  const added = new Map<MountNamespace, number>();
  for (const place of parent.isShared ? [parent, ...receivers(parent)] : [parent]) {
    if (place.namespace) added.set(place.namespace, (added.get(place.namespace) ?? 0) + size);
  }
  const most = kernel.sysctl.number('fs/mount-max', task);
  let sum = 0;
  for (const [ns, count] of added) {
    if (ns.mounts.size + count > most) throw new SysError('ENOSPC');
    sum += count;
  }
  demandRoomInAll(kernel, sum);
}

/** The same for so many mounts wherever. */
export function demandRoomInAll(kernel: SimKernel, count: number): void {
  if (kernel.vfs.mounts.placed + count > mostInAll) throw new SysError('ENOSPC');
}

function countTree(tree: Mount): number {
  let count = 0;
  for (const _ of mountTree(tree)) count++;
  return count;
}
