/** The parts a details panel is made of. */
import type { LabState, NsId } from '../../../engine/state';
import { nsTitle } from './names';
import { type EntityRef, refOf } from './scene';

export interface DetailField {
  label: string;
  value: string;
  /** The entity the value names, where there is one. */
  ref?: EntityRef;
}

export interface Details {
  title: string;
  fields: DetailField[];
  /** Where the kernel shows this. */
  source: string;
}

/** A field that names a namespace and leads to it. */
export function nsField(state: LabState, label: string, id: NsId | null): DetailField {
  return id ? { label, value: nsTitle(state, id), ref: refOf('namespaces', id) } : { label, value: 'out of sight' };
}
