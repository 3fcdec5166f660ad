/** An overlay mount as sheets of names: the merged view on top, then every layer in order. */
import type { FileKind, LayerEntry, NsId, Overlay } from '../../../engine/state';
import type { Mark, Scene } from '../model/scene';

export interface LayerSheet {
  /** -1 is the merged view, 0 the topmost layer. */
  layer: number;
  label: string;
  role: 'merged' | 'upper' | 'lower';
  path: string;
}

/** What a sheet holds under a name. `hidden` in the merged sheet: a whiteout or an opaque directory removed it. */
export interface LayerCell {
  layer: number;
  kind: FileKind | 'hidden';
  size: number;
  inode: number;
  /** The merged view does not show this entry: something above it is in the way. */
  shadowed: boolean;
  mark?: Mark;
}

export interface NameNode {
  path: string;
  name: string;
  directory: boolean;
  /** The layer the merged view shows; null when hidden. */
  from: number | null;
  cells: LayerCell[];
  children: NameNode[];
  mark?: Mark;
}

export interface OverlayModel {
  key: string;
  mountPoint: string;
  workdir: string | null;
  sheets: LayerSheet[];
  names: NameNode[];
  /** Names that are not drawn. */
  more: number;
  /** The kernel had more names than the state lists. */
  truncated: boolean;
  /** Other mount namespaces the same overlay is visible in. */
  alsoIn: NsId[];
  mark?: Mark;
}

/** Names drawn of one overlay; the rest is counted. */
const maxNames = 48;

export function overlayModels(scene: Scene): OverlayModel[] {
  const { state } = scene;
  const roots = new Set(
    Object.values(state.machines).flatMap((machine) =>
      Object.values(state.mounts)
        .filter((mount) => mount.ns === machine.namespaces.mnt && mount.mountPoint === '/')
        .map((mount) => mount.device),
    ),
  );
  const byDevice = new Map<string, OverlayModel>();
  for (const [key, overlay] of Object.entries(state.overlays)) {
    const mount = state.mounts[overlay.mount];
    if (mount && roots.has(mount.device)) continue;
    const known = mount && byDevice.get(mount.device);
    if (known) known.alsoIn.push(mount.ns);
    else byDevice.set(mount?.device ?? key, modelOf(scene, key, overlay));
  }
  return [...byDevice.values()];
}

function modelOf(scene: Scene, key: string, overlay: Overlay): OverlayModel {
  const before = scene.before.overlays[key];
  const mark = scene.mark('overlays', key);
  const fresh = mark === 'new' || mark === 'gone';
  const names = overlay.files;
  const gone = fresh || !before ? [] : Object.keys(before.files).filter((path) => !Object.hasOwn(names, path));
  const cellMark = (path: string, entry: LayerEntry): Mark | undefined =>
    fresh || !before ? undefined : entryMark(before.files[path]?.entries, entry);

  const nodes = new Map<string, NameNode>();
  for (const [path, file] of Object.entries(names)) {
    const directory = file.entries.some(({ kind }) => kind === 'directory' || kind === 'opaque');
    const cells = file.entries.map((entry) => ({
      ...entry,
      shadowed: isShadowed(entry, file.entries, file.from),
      mark: cellMark(path, entry),
    }));
    const was = before?.files[path]?.entries ?? [];
    for (const entry of fresh ? [] : was) {
      if (file.entries.some(({ layer }) => layer === entry.layer)) continue;
      cells.push({ ...entry, shadowed: true, mark: 'gone' });
    }
    nodes.set(path, {
      path,
      name: baseName(path),
      directory,
      from: file.from,
      children: [],
      cells: [mergedCell(file, cells), ...cells.toSorted((a, b) => a.layer - b.layer)],
      mark: fresh || !before ? undefined : nameMark(before.files[path], file),
    });
  }
  for (const path of gone) {
    const entries = before?.files[path]?.entries ?? [];
    nodes.set(path, {
      path,
      name: baseName(path),
      directory: entries.some(({ kind }) => kind === 'directory'),
      from: null,
      children: [],
      cells: entries.map((entry) => ({ ...entry, shadowed: true, mark: 'gone' as const })),
      mark: 'gone',
    });
  }
  const { roots, more } = treeOf(nodes);
  return {
    key,
    mountPoint: overlay.mountPoint,
    workdir: overlay.workdir,
    sheets: sheetsOf(overlay),
    names: roots,
    more,
    truncated: overlay.truncated,
    alsoIn: [],
    mark,
  };
}

function sheetsOf(overlay: Overlay): LayerSheet[] {
  const lowers = overlay.layers.filter(({ role }) => role === 'lower').length;
  let lower = 0;
  const layers = overlay.layers.map(({ role, path }, layer): LayerSheet => {
    if (role === 'lower') lower += 1;
    return { layer, role, path, label: role === 'upper' ? 'upper' : lowers > 1 ? `lower ${lower}` : 'lower' };
  });
  return [{ layer: -1, role: 'merged', path: overlay.mountPoint, label: 'merged' }, ...layers];
}

/** The merged sheet's cell of a name; null `from` leaves a trace only where a layer still has the name. */
function mergedCell(file: Overlay['files'][string], cells: readonly LayerCell[]): LayerCell {
  const shown = cells.find(({ layer, mark }) => layer === file.from && mark !== 'gone');
  if (!shown) return { layer: -1, kind: 'hidden', size: 0, inode: 0, shadowed: false };
  const kind = shown.kind === 'opaque' ? 'directory' : shown.kind;
  return { layer: -1, kind, size: shown.size, inode: shown.inode, shadowed: false };
}

/** A directory is merged from every layer down to an opaque one; anything else comes from one layer only. */
function isShadowed(entry: LayerEntry, entries: readonly LayerEntry[], from: number | null): boolean {
  if (entry.kind === 'whiteout') return false;
  if (entry.layer === from) return false;
  if (from === null) return true;
  const above = entries.filter(({ layer }) => layer < entry.layer);
  return !(entry.kind === 'directory' && above.every(({ kind }) => kind === 'directory'));
}

function entryMark(before: readonly LayerEntry[] | undefined, entry: LayerEntry): Mark | undefined {
  const was = before?.find(({ layer }) => layer === entry.layer);
  if (!was) return 'new';
  return was.kind === entry.kind && was.size === entry.size && was.inode === entry.inode ? undefined : 'changed';
}

function nameMark(before: Overlay['files'][string] | undefined, now: Overlay['files'][string]): Mark | undefined {
  if (!before) return 'new';
  if (before.from !== null && now.from === null) return 'gone';
  if (before.from === null && now.from !== null) return 'new';
  if (before.from !== now.from) return 'changed';
  const size = (file: typeof now) => file.entries.find(({ layer }) => layer === file.from)?.size;
  return size(before) === size(now) ? undefined : 'changed';
}

/** Hangs names under their directories, in byte order, keeping those that changed when there are too many. */
function treeOf(nodes: Map<string, NameNode>): { roots: NameNode[]; more: number } {
  const paths = [...nodes.keys()].sort();
  const kept = new Set(paths.length <= maxNames ? paths : choose(paths, nodes));
  const roots: NameNode[] = [];
  for (const path of paths) {
    const node = nodes.get(path);
    if (!node || !kept.has(path)) continue;
    const parent = nodes.get(path.slice(0, Math.max(path.lastIndexOf('/'), 0)));
    if (parent && kept.has(parent.path)) parent.children.push(node);
    else roots.push(node);
  }
  return { roots, more: paths.length - kept.size };
}

function choose(paths: readonly string[], nodes: Map<string, NameNode>): string[] {
  const rank = (path: string) => {
    const node = nodes.get(path);
    if (node?.mark || node?.cells.some(({ mark }) => mark)) return 0;
    if (node?.cells.some(({ kind, layer }) => layer === 0 || kind === 'whiteout')) return 1;
    return 2 + path.split('/').length;
  };
  return paths.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxNames);
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
