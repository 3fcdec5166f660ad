/** Who is in what: processes down, the eight kinds across, one lane for every namespace. */
import { type NamespaceKind, type NsId, namespaceKinds, type Process } from '../../../engine/state';
import { groupBy } from '../model/group';
import { learnerPid } from '../model/names';
import { bornNamespaces, type EntityRef, type Mark, refOf, type Scene } from '../model/scene';

export interface Lane {
  id: NsId;
  /** `host`: shared with the host; `machine`: the Machine was born in it; `made`: somebody made it in the lab. */
  origin: 'host' | 'machine' | 'made';
  mark?: Mark;
  /** First and last row that is in it. */
  from: number;
  to: number;
}

export interface KindColumn {
  kind: NamespaceKind;
  lanes: Lane[];
}

export interface Row {
  key: string;
  ref: EntityRef | null;
  /** A process, several with the same namespaces, a bind mount that pins a namespace, or what else keeps one alive. */
  kind: 'process' | 'group' | 'pin' | 'kept';
  title: string;
  /** Its number in the Machine; null in rows that are not one process. */
  pid: number | null;
  machine: string;
  depth: number;
  members: Partial<Record<NamespaceKind, NsId>>;
  mark?: Mark;
}

export interface NamespacesModel {
  columns: KindColumn[];
  rows: Row[];
  /** Processes that are drawn in groups. */
  grouped: number;
}

/** Above this many processes, those with the same namespaces become one row. */
const maxProcessRows = 40;

export function namespacesModel(scene: Scene): NamespacesModel {
  const processes = Object.values(scene.state.processes);
  const grouped = processes.length > maxProcessRows;
  const rows = [
    ...scene.machines.flatMap((machine) => {
      const own = processes.filter((process) => process.machine === machine);
      return grouped ? groupRows(scene, machine, own) : treeRows(scene, machine, own);
    }),
    ...pinRows(scene),
  ];
  rows.push(...keptRows(scene, rows));
  return {
    columns: namespaceKinds.map((kind) => columnOf(scene, kind, rows)),
    rows,
    grouped: grouped ? processes.length : 0,
  };
}

function processRow(scene: Scene, process: Process, depth: number): Row {
  const key = `${process.pid}`;
  return {
    key: `process ${key}`,
    ref: refOf('processes', key),
    kind: 'process',
    title: process.command,
    pid: learnerPid(process),
    machine: process.machine,
    depth,
    members: process.namespaces,
    mark: scene.mark('processes', key),
  };
}

/** Processes of a Machine as a tree, children under their parents, by number. */
function treeRows(scene: Scene, machine: string, processes: Process[]): Row[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const children = groupBy(processes, ({ parent }) => (pids.has(parent) ? parent : 0));
  const rows: Row[] = [];
  const visit = (parent: number, depth: number) => {
    for (const process of (children.get(parent) ?? []).toSorted((a, b) => a.pid - b.pid)) {
      rows.push(processRow(scene, process, depth));
      if (process.pid !== parent) visit(process.pid, depth + 1);
    }
  };
  visit(0, 0);
  return rows.filter(({ machine: of }) => of === machine);
}

/** Processes with the same namespaces in one row; a lone one keeps its own. */
function groupRows(scene: Scene, machine: string, processes: Process[]): Row[] {
  const groups = groupBy(processes, ({ namespaces }) => namespaceKinds.map((kind) => namespaces[kind]).join());
  return [...groups.values()].flatMap((members) => {
    const [first] = members.toSorted((a, b) => a.pid - b.pid);
    if (!first) return [];
    if (members.length === 1) return [processRow(scene, first, 0)];
    const names = [...new Set(members.map(({ command }) => command))];
    const title = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''} × ${members.length.toLocaleString('en')}`;
    const mark = members.some(({ pid }) => scene.mark('processes', `${pid}`)) ? ('changed' as const) : undefined;
    return [
      {
        key: `group ${first.pid}`,
        ref: refOf('processes', `${first.pid}`),
        kind: 'group' as const,
        title,
        pid: null,
        machine,
        depth: 0,
        members: first.namespaces,
        mark,
      },
    ];
  });
}

/** One row for each path a namespace is pinned at; copies of the mount in other mount namespaces are the same row. */
function pinRows(scene: Scene): Row[] {
  return Object.values(scene.state.namespaces).flatMap((ns) => {
    const before = new Set(scene.before.namespaces[ns.id]?.pins.map(({ path }) => path));
    const gone = scene.mark('namespaces', ns.id) === 'gone';
    return [...new Set(ns.pins.map(({ path }) => path))].map(
      (path): Row => ({
        key: `pin ${path} ${ns.id}`,
        ref: refOf('namespaces', ns.id),
        kind: 'pin',
        title: path,
        pid: null,
        machine: '',
        depth: 0,
        members: { [ns.kind]: ns.id },
        mark: gone ? 'gone' : before.has(path) ? undefined : 'new',
      }),
    );
  });
}

/** Namespaces without a process or a pin of their own: an open file, a child or something they own keeps them. */
function keptRows(scene: Scene, rows: readonly Row[]): Row[] {
  const seen = new Set(rows.flatMap(({ members }) => Object.values(members)));
  return Object.values(scene.state.namespaces)
    .filter((ns) => !seen.has(ns.id) && !ns.initial)
    .map((ns) => ({
      key: `kept ${ns.id}`,
      ref: refOf('namespaces', ns.id),
      kind: 'kept' as const,
      title: 'no process',
      pid: null,
      machine: '',
      depth: 0,
      members: { [ns.kind]: ns.id },
      mark: scene.mark('namespaces', ns.id),
    }));
}

function columnOf(scene: Scene, kind: NamespaceKind, rows: readonly Row[]): KindColumn {
  const born = bornNamespaces(scene.state);
  const lanes = new Map<NsId, Lane>();
  rows.forEach(({ members }, index) => {
    const id = members[kind];
    if (!id) return;
    const lane = lanes.get(id);
    if (lane) lane.to = index;
    else {
      const initial = scene.state.namespaces[id]?.initial;
      const origin = initial ? 'host' : born.has(id) ? 'machine' : 'made';
      lanes.set(id, { id, origin, from: index, to: index, mark: scene.mark('namespaces', id) });
    }
  });
  return { kind, lanes: [...lanes.values()] };
}
