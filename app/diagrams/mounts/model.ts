/** The mount tree of each mount namespace, and the peer groups that join them. */
import type { Mount, NsId } from '../../../engine/state';
import { groupBy } from '../model/group';
import { isMade, type Mark, refOf, type Scene } from '../model/scene';

export interface MountRow {
  kind: 'mount';
  key: string;
  ref: string;
  mount: Mount;
  depth: number;
  mark?: Mark;
}

/** Mounts that are not drawn one by one: the system's, or the rest of too many. */
export interface FoldRow {
  kind: 'fold';
  key: string;
  count: number;
  /** Mount points of the first ones. */
  names: string[];
  system: boolean;
}

export interface MountPanel {
  ns: NsId;
  made: boolean;
  mark?: Mark;
  rows: Array<MountRow | FoldRow>;
  count: number;
  /** Processes in the namespace. */
  processes: number;
}

/** Mounts drawn of one namespace. */
const maxRows = 60;
const systemRoots = ['/proc', '/sys', '/dev', '/run'];
const systemTypes = new Set([
  'proc',
  'sysfs',
  'devpts',
  'mqueue',
  'devtmpfs',
  'cgroup',
  'cgroup2',
  'securityfs',
  'debugfs',
  'tracefs',
  'bpf',
  'configfs',
  'pstore',
  'hugetlbfs',
  'binfmt_misc',
  'fusectl',
]);

/** `open`: namespaces whose system mounts are drawn too. */
export function mountPanels(scene: Scene, open: ReadonlySet<NsId>): MountPanel[] {
  const { state } = scene;
  const byNs = groupBy(Object.values(state.mounts), ({ ns }) => ns);
  const order = scene.machines.flatMap((machine) => state.machines[machine]?.namespaces.mnt ?? []);
  const rest = [...byNs.keys()].filter((ns) => !order.includes(ns)).sort();
  return [...order, ...rest].flatMap((ns) => {
    const mounts = byNs.get(ns);
    return mounts ? [panelOf(scene, ns, mounts, open.has(ns))] : [];
  });
}

function panelOf(scene: Scene, ns: NsId, mounts: readonly Mount[], showSystem: boolean): MountPanel {
  const fresh = scene.mark('namespaces', ns) === 'new';
  const marked = (mount: Mount) => scene.mark('mounts', `${mount.ns}/${mount.id}`);
  const folded = (mount: Mount) => !showSystem && isSystem(mount) && (fresh || marked(mount) === undefined);
  const shown = mounts.filter((mount) => !folded(mount));
  const kept = new Set(
    shown.length <= maxRows
      ? shown
      : [...shown].sort((a, b) => Number(!marked(a)) - Number(!marked(b)) || a.id - b.id).slice(0, maxRows),
  );
  const rows: MountPanel['rows'] = treeOf(mounts.filter((mount) => kept.has(mount))).map(({ mount, depth }) => {
    const key = `${mount.ns}/${mount.id}`;
    return { kind: 'mount', key, ref: refOf('mounts', key), mount, depth, mark: marked(mount) };
  });
  const system = mounts.filter(folded);
  if (system.length > 0) rows.push(foldOf(ns, system, true));
  const others = shown.filter((mount) => !kept.has(mount));
  if (others.length > 0) rows.push(foldOf(ns, others, false));
  const processes = Object.values(scene.after.processes).filter(({ namespaces }) => namespaces.mnt === ns).length;
  const count = mounts.filter((mount) => marked(mount) !== 'gone').length;
  return { ns, made: isMade(scene, ns), mark: scene.mark('namespaces', ns), rows, count, processes };
}

function foldOf(ns: NsId, mounts: readonly Mount[], system: boolean): FoldRow {
  return {
    kind: 'fold',
    key: `${ns} ${system ? 'system' : 'rest'}`,
    count: mounts.length,
    system,
    names: [...new Set(mounts.map(({ mountPoint }) => mountPoint))].slice(0, 4),
  };
}

/** A mount of the system's own: /proc, /sys, /dev, /run and what was born below them; not a pinned namespace. */
export function isSystem(mount: Mount): boolean {
  if (mount.fsType === 'nsfs') return false;
  if (systemTypes.has(mount.fsType)) return true;
  if (mount.mountPoint.startsWith('/run/') && mount.fsType !== 'tmpfs') return false;
  return systemRoots.some((root) => mount.mountPoint === root || mount.mountPoint.startsWith(`${root}/`));
}

function treeOf(mounts: readonly Mount[]): Array<{ mount: Mount; depth: number }> {
  const ids = new Set(mounts.map(({ id }) => id));
  const children = groupBy(mounts, ({ parent, id }) => (ids.has(parent) && parent !== id ? parent : -1));
  const found: Array<{ mount: Mount; depth: number }> = [];
  const visit = (parent: number, depth: number) => {
    const here = (children.get(parent) ?? []).toSorted((a, b) => byteOrder(a.mountPoint, b.mountPoint) || a.id - b.id);
    for (const mount of here) {
      found.push({ mount, depth });
      visit(mount.id, depth + 1);
    }
  };
  visit(-1, 0);
  return found;
}

const byteOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
