import type { LayerEntry, Overlay } from '../../../engine/state';
import { refOf } from '../model/scene';
import { type Change, type ChangeLine, entriesOf } from './change';

export function describeOverlays(change: Change): ChangeLine[] {
  return entriesOf(change.before.overlays, change.patch.overlays).flatMap(({ key, was, now }) => {
    if (!was || !now) return [];
    const paths = [...new Set([...Object.keys(was.files), ...Object.keys(now.files)])].sort();
    return paths.flatMap((path) => nameLines(key, path, was, now));
  });
}

function nameLines(key: string, path: string, was: Overlay, now: Overlay): ChangeLine[] {
  const before = was.files[path]?.entries ?? [];
  const after = now.files[path]?.entries ?? [];
  const layers = [...new Set([...before, ...after].map(({ layer }) => layer))].sort((a, b) => a - b);
  return layers.flatMap((layer): ChangeLine[] => {
    const old = before.find((entry) => entry.layer === layer);
    const entry = after.find((known) => known.layer === layer);
    const entity = refOf('overlays', `${key}#${layer}#${path}`);
    const where = layerName(now, layer);
    if (entry && !old) return [{ mark: 'new', text: appearance(path, entry, after, where), entity }];
    if (old && !entry) return [{ mark: 'gone', text: disappearance(path, old, where), entity }];
    if (!entry || !old) return [];
    if (old.kind !== entry.kind) return [{ mark: 'changed', text: appearance(path, entry, after, where), entity }];
    if (entry.kind === 'directory' || entry.kind === 'opaque') return [];
    if (old.size !== entry.size || old.inode !== entry.inode)
      return [{ mark: 'changed', text: `${path} was written in the ${where}`, entity }];
    return [];
  });
}

function appearance(path: string, entry: LayerEntry, all: readonly LayerEntry[], where: string): string {
  if (entry.kind === 'whiteout') return `whiteout for ${path} in the ${where}: the name is hidden`;
  if (entry.kind === 'opaque') return `${path} is an opaque directory in the ${where}: nothing below shows through`;
  const below = all.find(({ layer }) => layer > entry.layer);
  if (entry.layer === 0 && below?.kind === entry.kind) return `${path} was copied up to the ${where}`;
  return `new ${entry.kind} ${path} in the ${where}`;
}

function disappearance(path: string, entry: LayerEntry, where: string): string {
  return entry.kind === 'whiteout'
    ? `the whiteout for ${path} is gone from the ${where}`
    : `${path} is gone from the ${where}`;
}

/** `upper layer`, `lower layer`, `second lower layer (/root/lower1)`. */
function layerName({ layers }: Overlay, layer: number): string {
  const known = layers[layer];
  if (known?.role === 'upper') return 'upper layer';
  return layers.filter(({ role }) => role === 'lower').length > 1 && known
    ? `lower layer ${known.path}`
    : 'lower layer';
}
