/** The names of a merged directory, in the order overlayfs gives them (Linux fs/overlayfs/readdir.c). */
import { S_IFCHR } from '../../abi/files';
import type { Task } from '../../task/task';
import type { Dentry } from '../../vfs/dentry';
import type { DirectoryEntry } from '../../vfs/inode';
import { lookup } from '../../vfs/lookup';
import type { LayerEntries } from './inode';
import { isWhiteout } from './lookup';
import type { OverlaySuperBlock } from './super-block';

/** The lowest layer's names come first, then what each layer above adds, the topmost first. */
export function readMerged(
  overlay: OverlaySuperBlock,
  { upper, lowers }: LayerEntries,
  task: Task | null,
): DirectoryEntry[] {
  const layers = upper ? [upper, ...lowers] : lowers;
  const lowest = layers.at(-1);
  const seen = new Map<string, DirectoryEntry | null>();
  for (const layer of layers.slice(0, -1)) {
    for (const entry of layer.inode.readdir(task)) {
      if (!seen.has(entry.name)) seen.set(entry.name, hidden(overlay, layer, entry) ? null : entry);
    }
  }
  const first: Array<DirectoryEntry | null> = [];
  for (const entry of lowest?.inode.readdir(task) ?? []) {
    const above = seen.get(entry.name);
    if (above === undefined) first.push(lowest && hidden(overlay, lowest, entry) ? null : entry);
    else first.push(above);
    seen.delete(entry.name);
  }
  return [...first, ...seen.values()].flatMap((entry) => (entry ? [entry] : []));
}

function hidden(overlay: OverlaySuperBlock, layer: Dentry, { name, type }: DirectoryEntry): boolean {
  const mayBe = type === S_IFCHR || overlay.marks.opaqueness(layer.inode) === 'x';
  if (!mayBe) return false;
  const entry = lookup(layer, name, null);
  return entry !== null && isWhiteout(overlay, layer, entry.inode);
}
