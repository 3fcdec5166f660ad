/**
 * Differences between two states: small, and appliable on the other side of a wire.
 *
 * A patch names, per collection, the entries that are new or different (with their whole new value) and those that are
 * gone (`null`). Entries are flat, so a whole one is small; and a list of changed entries is what a person wants to
 * hear ("this mount appeared"), which a list of changed fields is not.
 */
import type { StatePatch } from './patch';
import type { LabState } from './schema';

type Entries<T> = Readonly<Record<string, T>>;
type EntryChanges<T> = Record<string, T | null>;

/** The patch that turns `before` into `after`; collections without a change are left out. */
export function diff(before: LabState, after: LabState): StatePatch {
  const patch: StatePatch = {
    machines: diffEntries(before.machines, after.machines),
    namespaces: diffEntries(before.namespaces, after.namespaces),
    processes: diffEntries(before.processes, after.processes),
    mounts: diffEntries(before.mounts, after.mounts),
    overlays: diffEntries(before.overlays, after.overlays),
    devices: diffEntries(before.devices, after.devices),
    addresses: diffEntries(before.addresses, after.addresses),
    routes: diffEntries(before.routes, after.routes),
    rules: diffEntries(before.rules, after.rules),
    sockets: diffEntries(before.sockets, after.sockets),
    cgroups: diffEntries(before.cgroups, after.cgroups),
    ipc: diffEntries(before.ipc, after.ipc),
    containers: diffEntries(before.containers, after.containers),
    images: diffEntries(before.images, after.images),
    cniCalls: diffEntries(before.cniCalls, after.cniCalls),
    cniAttachments: diffEntries(before.cniAttachments, after.cniAttachments),
  };
  return dropUnset(patch);
}

/** A new state with `patch` applied. Collections the patch does not touch are shared with `state`, not copied. */
export function applyPatch(state: LabState, patch: StatePatch): LabState {
  return {
    machines: applyEntries(state.machines, patch.machines),
    namespaces: applyEntries(state.namespaces, patch.namespaces),
    processes: applyEntries(state.processes, patch.processes),
    mounts: applyEntries(state.mounts, patch.mounts),
    overlays: applyEntries(state.overlays, patch.overlays),
    devices: applyEntries(state.devices, patch.devices),
    addresses: applyEntries(state.addresses, patch.addresses),
    routes: applyEntries(state.routes, patch.routes),
    rules: applyEntries(state.rules, patch.rules),
    sockets: applyEntries(state.sockets, patch.sockets),
    cgroups: applyEntries(state.cgroups, patch.cgroups),
    ipc: applyEntries(state.ipc, patch.ipc),
    containers: applyEntries(state.containers, patch.containers),
    images: applyEntries(state.images, patch.images),
    cniCalls: applyEntries(state.cniCalls, patch.cniCalls),
    cniAttachments: applyEntries(state.cniAttachments, patch.cniAttachments),
  };
}

export function isEmptyPatch(patch: StatePatch): boolean {
  return Object.values(patch).every((changes) => changes === undefined);
}

function diffEntries<T>(before: Entries<T>, after: Entries<T>): EntryChanges<T> | undefined {
  if (before === after) return undefined;
  const changes: EntryChanges<T> = {};
  let changed = false;
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (old !== undefined && isEqual(old, value)) continue;
    changes[key] = value;
    changed = true;
  }
  for (const key of Object.keys(before)) {
    if (Object.hasOwn(after, key)) continue;
    changes[key] = null;
    changed = true;
  }
  return changed ? changes : undefined;
}

function applyEntries<T>(entries: Record<string, T>, changes: EntryChanges<T> | undefined): Record<string, T> {
  if (!changes) return entries;
  const next = { ...entries };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete next[key];
    else next[key] = value;
  }
  return next;
}

function dropUnset(patch: StatePatch): StatePatch {
  return Object.fromEntries(Object.entries(patch).filter(([, changes]) => changes !== undefined));
}

/** Structural equality of JSON values. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((x, i) => isEqual(x, b[i]));
  }
  let more = 0;
  for (const key of Object.keys(a)) {
    const value: unknown = Reflect.get(a, key);
    if (value === undefined) continue;
    if (!isEqual(value, Reflect.get(b, key))) return false;
    more++;
  }
  for (const key of Object.keys(b)) if (Reflect.get(b, key) !== undefined) more--;
  return more === 0;
}
