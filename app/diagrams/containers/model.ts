/** The containers of each Machine on the runtime's state machine, and the way each went with the last command. */
import { type Container, type NamespaceKind, namespaceKinds, type Process } from '../../../engine/state';
import { groupBy } from '../model/group';
import { learnerPid } from '../model/names';
import { type Mark, refOf, type Scene } from '../model/scene';
import { type Place, places, type Step, wayBetween } from './lifecycle';

export interface ContainerNode {
  ref: string;
  container: Container;
  place: (typeof places)[number];
  /** Where it was before the last command, and how it came here; empty when nothing happened. */
  from: Place;
  way: Step[];
  /** The number of its init in the Machine; null when it has none that lives. */
  pid: number | null;
  /** Which namespaces its init has for itself; null when it cannot be seen. */
  own: Record<NamespaceKind, boolean> | null;
  mark?: Mark;
}

export interface Lifecycle {
  machine: string;
  containers: ContainerNode[];
  /** Containers at each place that are not drawn. */
  more: Partial<Record<Place, number>>;
  /** The steps that the last command made any container take. */
  taken: ReadonlySet<Step>;
}

/** Containers drawn at one place; changed ones first. */
const maxContainers = 8;

export function lifecycles(scene: Scene): Lifecycle[] {
  const byMachine = groupBy(Object.entries(scene.state.containers), ([, { machine }]) => machine);
  const order = [...scene.machines, ...[...byMachine.keys()].filter((machine) => !scene.machines.includes(machine))];
  return order.flatMap((machine) => {
    const entries = byMachine.get(machine);
    return entries ? [lifecycleOf(scene, machine, entries)] : [];
  });
}

/** The state machine without anybody on it. */
export const idleLifecycle: Lifecycle = { machine: '', containers: [], more: {}, taken: new Set() };

function lifecycleOf(scene: Scene, machine: string, entries: ReadonlyArray<[string, Container]>): Lifecycle {
  const nodes = entries.map(([key, container]) => nodeOf(scene, key, container));
  const more: Lifecycle['more'] = {};
  const containers = places.flatMap((place) => {
    const here = nodes.filter((node) => node.place === place);
    const drawn = new Set(here.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxContainers));
    if (here.length > drawn.size) more[place] = here.length - drawn.size;
    return here.filter((node) => drawn.has(node));
  });
  return { machine, containers, more, taken: new Set(nodes.flatMap(({ way }) => way)) };
}

const rank = ({ mark }: ContainerNode) => (mark ? 0 : 1);

function nodeOf(scene: Scene, key: string, container: Container): ContainerNode {
  const mark = scene.mark('containers', key);
  const place = mark === 'gone' ? 'gone' : container.status;
  const from = scene.before.containers[key]?.status ?? 'none';
  const init = initOf(scene, container);
  return {
    ref: refOf('containers', key),
    container,
    place,
    from,
    way: mark ? wayOf(from, place) : [],
    pid: init && place !== 'stopped' && place !== 'gone' ? learnerPid(init) : null,
    own: init ? ownNamespaces(scene, container.machine, init) : null,
    mark,
  };
}

/** Where no way leads on, it was deleted and made anew. */
function wayOf(from: Place, to: Place): Step[] {
  if (from === to) return [];
  const way = wayBetween(from, to);
  return way.length > 0 ? way : wayBetween('none', to);
}

export function initOf(scene: Scene, { pid }: Container): Process | undefined {
  return pid === null ? undefined : scene.state.processes[`${pid}`];
}

function ownNamespaces(scene: Scene, machine: string, init: Process): Record<NamespaceKind, boolean> | null {
  const theirs = scene.state.machines[machine]?.namespaces;
  if (!theirs) return null;
  const own = (kind: NamespaceKind) => init.namespaces[kind] !== theirs[kind];
  return {
    mnt: own('mnt'),
    uts: own('uts'),
    ipc: own('ipc'),
    pid: own('pid'),
    net: own('net'),
    cgroup: own('cgroup'),
    user: own('user'),
    time: own('time'),
  };
}

/** The kinds of namespace a container has for itself, in the usual order. */
export const ownKinds = (own: Record<NamespaceKind, boolean>): NamespaceKind[] =>
  namespaceKinds.filter((kind) => own[kind]);

/** `start`, `create, is made, start`. */
export const wayText = (way: readonly Step[]): string => way.map(({ by }) => by).join(', ');
