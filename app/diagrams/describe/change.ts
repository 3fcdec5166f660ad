/** The parts every sentence-maker works with. */
import type { LabState, NsId, StatePatch } from '../../../engine/state';
import { nsTitle } from '../model/names';
import type { EntityRef } from '../model/scene';

/** One sentence about one entity. */
export interface ChangeLine {
  mark: 'new' | 'changed' | 'gone';
  text: string;
  /** The entity it is about, for the details panel. */
  entity: EntityRef;
}

export interface Change {
  before: LabState;
  after: LabState;
  patch: StatePatch;
}

/** One entry of a collection: what it was and what it is now; one of the two may be missing. */
export interface EntryChange<T> {
  key: string;
  was: T | undefined;
  now: T | undefined;
}

export function entriesOf<T>(
  before: Readonly<Record<string, T>>,
  changes: Record<string, T | null> | undefined,
): EntryChange<T>[] {
  return Object.entries(changes ?? {}).map(([key, now]) => ({ key, was: before[key], now: now ?? undefined }));
}

/** The namespace's name at the time: what is gone is named by what it was. */
export function nameOf({ before, after }: Change, id: NsId): string {
  return nsTitle(Object.hasOwn(after.namespaces, id) ? after : before, id);
}

/** True for a namespace the change made or ended: what comes and goes with it needs no sentence of its own. */
export const isNewNs = ({ before, patch }: Change, id: NsId) =>
  Boolean(patch.namespaces?.[id]) && !before.namespaces[id];
export const isGoneNs = ({ patch }: Change, id: NsId) => patch.namespaces?.[id] === null;

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
