/** What a patch did, in words. */
import type { LabState, StatePatch } from '../../../engine/state';

/** One sentence about one entity. */
export interface ChangeLine {
  mark: 'new' | 'changed' | 'gone';
  text: string;
  /** The entity it is about, `collection:key`, for the details panel. */
  entity: string;
}

/** Says what `patch`, which turned `before` into `after`, did: most telling first. Pure. */
export function describeChange(_before: LabState, _after: LabState, _patch: StatePatch): ChangeLine[] {
  return [];
}
