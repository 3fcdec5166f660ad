/** Which directories are some overlay's upper or work directory: two at once spoil each other. */
import type { Dentry } from '../../vfs/dentry';
import type { Layers } from './layers';

const users = new WeakMap<Dentry, number>();

function dentriesOf({ upper, work }: Layers): Dentry[] {
  return [upper, work].flatMap((place) => (place ? [place.dentry] : []));
}

/** Somebody has one of them already. */
export function isInUse(layers: Layers): boolean {
  return dentriesOf(layers).some((dentry) => (users.get(dentry) ?? 0) > 0);
}

export function use(layers: Layers): void {
  for (const dentry of dentriesOf(layers)) users.set(dentry, (users.get(dentry) ?? 0) + 1);
}

export function unuse(layers: Layers): void {
  for (const dentry of dentriesOf(layers)) users.set(dentry, Math.max(0, (users.get(dentry) ?? 1) - 1));
}
