/** User namespaces inside each other: their maps, what they own, and who their processes are inside and outside. */
import { type IdMapRange, type Namespace, type NsId, namespaceKinds, type Process } from '../../../engine/state';
import { capabilitySummary } from '../model/capabilities';
import { groupBy } from '../model/group';
import { inodeOf, kindOf } from '../model/names';
import { isMade, type Mark, refOf, type Scene } from '../model/scene';

export interface UserRow {
  ref: string;
  process: Process;
  /** How many processes the row stands for. */
  count: number;
  /** Its uid as a process of this namespace sees it; 65534 (nobody) where there is no map for it. */
  inside: number;
  mapped: boolean;
  /** As the host sees it. */
  outside: number;
  capabilities: string;
  mark?: Mark;
}

export interface UserBox {
  ns: Namespace;
  ref: string;
  title: string;
  made: boolean;
  mark?: Mark;
  /** True when uid and gid maps are the same and one drawing stands for both. */
  sameMaps: boolean;
  identity: boolean;
  /** Namespaces of other kinds that it owns: where its capabilities count. */
  owns: Array<{ id: NsId; ref: string; text: string; mark?: Mark }>;
  rows: UserRow[];
  moreRows: number;
  children: UserBox[];
}

/** The uid that stands for one without a map (`/proc/sys/kernel/overflowuid`). */
export const overflowId = 65534;
const maxRows = 10;

export function userBoxes(scene: Scene): UserBox[] {
  const { state } = scene;
  const all = Object.values(state.namespaces).filter(({ kind }) => kind === 'user');
  const inUse = new Set(Object.values(state.processes).map(({ namespaces }) => namespaces.user));
  const relevant = new Set<NsId>();
  for (const ns of all) {
    if (!inUse.has(ns.id) && !isMade(scene, ns.id)) continue;
    for (
      let at: Namespace | undefined = ns;
      at && !relevant.has(at.id);
      at = at.parent ? state.namespaces[at.parent] : undefined
    ) {
      relevant.add(at.id);
    }
  }
  const children = groupBy(
    all.filter(({ id }) => relevant.has(id)),
    ({ parent }) => (parent && relevant.has(parent) ? parent : null),
  );
  const build = (parent: NsId | null): UserBox[] =>
    (children.get(parent) ?? []).map((ns) => boxOf(scene, ns, build(ns.id)));
  return build(null);
}

function boxOf(scene: Scene, ns: Namespace, children: UserBox[]): UserBox {
  const { state } = scene;
  const members = Object.values(state.processes).filter(({ namespaces }) => namespaces.user === ns.id);
  const rows = rowsOf(scene, ns, members);
  const owned = Object.values(state.namespaces).filter(
    (other) => other.owner === ns.id && other.kind !== 'user' && isMade(scene, other.id),
  );
  return {
    ns,
    ref: refOf('namespaces', ns.id),
    made: isMade(scene, ns.id),
    mark: scene.mark('namespaces', ns.id),
    title: ns.initial ? 'The host’s user namespace' : 'User namespace',
    sameMaps: sameMap(ns.uidMap, ns.gidMap),
    identity: isIdentity(ns.uidMap),
    owns: owned
      .sort((a, b) => namespaceKinds.indexOf(a.kind) - namespaceKinds.indexOf(b.kind))
      .map(({ id }) => ({
        id,
        ref: refOf('namespaces', id),
        text: `${kindOf(id)}:[${inodeOf(id)}]`,
        mark: scene.mark('namespaces', id),
      })),
    rows: rows.slice(0, maxRows),
    moreRows: rows.slice(maxRows).reduce((sum, { count }) => sum + count, 0),
    children,
  };
}

/** One row for processes that are the same to this picture; those that changed first. */
function rowsOf(scene: Scene, ns: Namespace, processes: readonly Process[]): UserRow[] {
  const { state } = scene;
  const groups = groupBy(processes, (process) =>
    [
      process.machine,
      process.command,
      process.uid,
      process.capabilities.effective,
      scene.mark('processes', `${process.pid}`),
    ].join(),
  );
  const rows = [...groups.values()].flatMap((members): UserRow[] => {
    const [process] = members;
    if (!process) return [];
    const machine = state.machines[process.machine];
    const init = machine && state.processes[`${machine.initPid}`];
    const inside = insideId(ns.uidMap, process.uid);
    return [
      {
        ref: refOf('processes', `${process.pid}`),
        process,
        count: members.length,
        outside: process.uid,
        inside: inside ?? overflowId,
        mapped: inside !== null,
        capabilities: capabilitySummary(process.capabilities.effective, init?.capabilities.effective),
        mark: scene.mark('processes', `${process.pid}`),
      },
    ];
  });
  return rows.sort((a, b) => Number(!a.mark) - Number(!b.mark) || a.process.pid - b.process.pid);
}

/** What an outside id is called inside; null when no range holds it. */
export function insideId(map: readonly IdMapRange[] | undefined, outside: number): number | null {
  if (!map) return outside;
  const range = map.find((known) => outside >= known.outside && outside < known.outside + known.count);
  return range ? range.inside + outside - range.outside : null;
}

function sameMap(a: readonly IdMapRange[] = [], b: readonly IdMapRange[] = []): boolean {
  return (
    a.length === b.length &&
    a.every((range, index) => {
      const other = b[index];
      return other?.inside === range.inside && other.outside === range.outside && other.count === range.count;
    })
  );
}

function isIdentity(map: readonly IdMapRange[] | undefined): boolean {
  return map === undefined || (map.length === 1 && map[0]?.inside === 0 && map[0].outside === 0 && map[0].count > 4e9);
}
