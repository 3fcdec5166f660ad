/** Processes as a tree, cut into boxes where a child lives in another pid namespace. */
import type { LabState, NsId, Process } from '../../../engine/state';
import { groupBy } from '../model/group';
import { type Mark, refOf, type Scene } from '../model/scene';

export interface ProcessNode {
  process: Process;
  ref: string;
  mark?: Mark;
  /** Children in the same pid namespace. */
  children: ProcessNode[];
  /** Children that are the first of a box of their own. */
  boxes: PidBox[];
  /** Further children that are not drawn: `sleep` and how many of them. */
  more: Array<{ command: string; count: number }>;
}

export interface PidBox {
  /** The pid namespace. */
  id: NsId;
  machine: string;
  /** 0 for a Machine's own. */
  depth: number;
  mark?: Mark;
  roots: ProcessNode[];
  /** Processes in it, and in the boxes within it. */
  count: number;
}

/** Children of one process that are drawn; of more, those that changed come first. */
const maxChildren = 24;
/** Generations that are drawn below a Machine's init, and processes of one Machine. */
const maxDepth = 16;
const maxDrawn = 300;

export function processBoxes(scene: Scene): PidBox[] {
  const { state } = scene;
  return scene.machines.flatMap((name) => {
    const machine = state.machines[name];
    if (!machine) return [];
    const own = Object.values(state.processes).filter((process) => process.machine === name);
    const tree = new Tree(scene, own);
    return [tree.box(machine.namespaces.pid, tree.rootsOf(), 0, name)];
  });
}

class Tree {
  readonly #children: Map<number, Process[]>;
  #room = maxDrawn;

  constructor(
    readonly scene: Scene,
    readonly processes: readonly Process[],
  ) {
    const pids = new Set(processes.map(({ pid }) => pid));
    this.#children = groupBy(processes, ({ parent, pid }) => (pids.has(parent) && parent !== pid ? parent : 0));
  }

  /** Processes whose parent is outside the Machine: its init, and what was started from outside. */
  rootsOf(): Process[] {
    return this.#children.get(0) ?? [];
  }

  /** `generation` counts from the Machine's init, `depth` from its pid namespace. */
  box(id: NsId, roots: readonly Process[], depth: number, machine: string, generation = 0): PidBox {
    const inside = roots.filter((process) => process.namespaces.pid === id);
    const outside = roots.filter((process) => process.namespaces.pid !== id);
    const nodes = [...inside].sort(byPid).map((process) => this.#node(process, depth, generation));
    const strays = this.#boxesOf(outside, depth, machine, generation);
    const [first] = nodes;
    if (first) first.boxes.push(...strays);
    return { id, machine, depth, mark: this.scene.mark('namespaces', id), roots: nodes, count: countIn(nodes) };
  }

  #node(process: Process, depth: number, generation: number): ProcessNode {
    this.#room -= 1;
    const key = `${process.pid}`;
    const all = this.#children.get(process.pid) ?? [];
    const drawn =
      generation < maxDepth
        ? all.toSorted(this.#byInterest).slice(0, Math.min(maxChildren, Math.max(this.#room, 0)))
        : [];
    const left = all.filter((child) => !drawn.includes(child)).flatMap((child) => [child, ...this.#below(child)]);
    const same = drawn.filter((child) => child.namespaces.pid === process.namespaces.pid);
    const other = drawn.filter((child) => child.namespaces.pid !== process.namespaces.pid);
    const more = [...groupBy(left, ({ command }) => command)].map(([command, of]) => ({ command, count: of.length }));
    return {
      process,
      ref: refOf('processes', key),
      mark: this.scene.mark('processes', key),
      children: same.sort(byPid).map((child) => this.#node(child, depth, generation + 1)),
      boxes: this.#boxesOf(other, depth, process.machine, generation + 1),
      more,
    };
  }

  #boxesOf(processes: readonly Process[], depth: number, machine: string, generation: number): PidBox[] {
    const groups = groupBy(processes, ({ namespaces }) => namespaces.pid);
    return [...groups].map(([id, members]) => this.box(id, members, depth + 1, machine, generation));
  }

  /** All descendants of a process that is not drawn. */
  #below(process: Process): Process[] {
    const found: Process[] = [];
    const queue = [process];
    for (let at = queue.pop(); at; at = queue.pop()) {
      const children = this.#children.get(at.pid) ?? [];
      found.push(...children);
      queue.push(...children);
    }
    return found;
  }

  /** Changed ones first, then those with children, then by number. */
  readonly #byInterest = (a: Process, b: Process): number => {
    const rank = ({ pid }: Process) => (this.scene.mark('processes', `${pid}`) ? 0 : this.#children.has(pid) ? 1 : 2);
    return rank(a) - rank(b) || a.pid - b.pid;
  };
}

const byPid = (a: Process, b: Process) => a.pid - b.pid;

function countIn(nodes: readonly ProcessNode[]): number {
  return nodes.reduce(
    (sum, node) =>
      sum +
      (node.mark === 'gone' ? 0 : 1) +
      countIn(node.children) +
      node.boxes.reduce((inner, box) => inner + box.count, 0) +
      node.more.reduce((rest, { count }) => rest + count, 0),
    0,
  );
}

/** The process's number in each pid namespace it is visible in, the Machine's own first, with that namespace. */
export function numbersOf(state: LabState, process: Process): Array<{ ns: NsId | null; number: number }> {
  const chain: NsId[] = [];
  for (let id: NsId | null = process.namespaces.pid; id && chain.length < process.nsPids.length; ) {
    chain.unshift(id);
    id = state.namespaces[id]?.parent ?? null;
  }
  return process.nsPids.map((number, index) => ({ ns: chain[index] ?? null, number }));
}
