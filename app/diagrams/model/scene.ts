/** What is drawn: a state together with what the last command did to it. */
import { applyPatch, type Collection, type LabState, type NsId, type StatePatch } from '../../../engine/state';

export type Mark = 'new' | 'changed' | 'gone';

/** The name of an entity across the room: `processes:41012`, `mounts:mnt:4026532300/140`. */
export type EntityRef = string;

export interface Scene {
  /** The state, with what is gone since the last command still in it, so that it can be seen going. */
  state: LabState;
  before: LabState;
  after: LabState;
  /** Machine names, the learner's first. */
  machines: readonly string[];
  mark(collection: Collection, key: string): Mark | undefined;
}

export function sceneOf(
  changes: { before: LabState; after: LabState; patch: StatePatch },
  machines: readonly string[] = Object.keys(changes.after.machines),
): Scene {
  const { before, after, patch } = changes;
  return {
    state: applyPatch(after, goneEntries(before, patch)),
    before,
    after,
    machines,
    mark(collection, key) {
      const entries = patch[collection];
      const change = entries?.[key];
      if (change === undefined) return undefined;
      if (change === null) return 'gone';
      return Object.hasOwn(before[collection], key) ? 'changed' : 'new';
    },
  };
}

export const refOf = (collection: Collection, key: string): EntityRef => `${collection}:${key}`;

/** Splits a reference into its collection and key; null when it names no collection. */
export function splitRef(state: LabState, ref: EntityRef): { collection: Collection; key: string } | null {
  const cut = ref.indexOf(':');
  const name = ref.slice(0, cut);
  const collection = collections(state).find((known) => known === name);
  return collection ? { collection, key: ref.slice(cut + 1) } : null;
}

/** Keys of the marked entities of a collection. */
export function isMade(scene: Scene, id: NsId): boolean {
  const ns = scene.state.namespaces[id];
  return ns !== undefined && !ns.initial && !bornNamespaces(scene.state).has(id);
}

/** The namespaces the Machines were born with. */
export function bornNamespaces(state: LabState): Map<NsId, string> {
  const born = new Map<NsId, string>();
  for (const machine of Object.values(state.machines)) {
    for (const id of Object.values(machine.namespaces)) if (!born.has(id)) born.set(id, machine.id);
  }
  return born;
}

function collections(state: LabState): Collection[] {
  return [
    'machines',
    'namespaces',
    'processes',
    'mounts',
    'overlays',
    'devices',
    'addresses',
    'routes',
    'rules',
    'sockets',
    'cgroups',
    'ipc',
    'containers',
    'images',
    'cniCalls',
    'cniAttachments',
  ] satisfies Array<keyof typeof state>;
}

function goneEntries(before: LabState, patch: StatePatch): StatePatch {
  return {
    machines: goneOf(before.machines, patch.machines),
    namespaces: goneOf(before.namespaces, patch.namespaces),
    processes: goneOf(before.processes, patch.processes),
    mounts: goneOf(before.mounts, patch.mounts),
    overlays: goneOf(before.overlays, patch.overlays),
    devices: goneOf(before.devices, patch.devices),
    addresses: goneOf(before.addresses, patch.addresses),
    routes: goneOf(before.routes, patch.routes),
    rules: goneOf(before.rules, patch.rules),
    sockets: goneOf(before.sockets, patch.sockets),
    cgroups: goneOf(before.cgroups, patch.cgroups),
    ipc: goneOf(before.ipc, patch.ipc),
    containers: goneOf(before.containers, patch.containers),
    images: goneOf(before.images, patch.images),
    cniCalls: goneOf(before.cniCalls, patch.cniCalls),
    cniAttachments: goneOf(before.cniAttachments, patch.cniAttachments),
  };
}

function goneOf<T>(before: Readonly<Record<string, T>>, changes: Record<string, T | null> | undefined) {
  if (!changes) return undefined;
  const gone: Record<string, T> = {};
  for (const [key, change] of Object.entries(changes)) {
    const was = before[key];
    if (change === null && was !== undefined) gone[key] = was;
  }
  return gone;
}
