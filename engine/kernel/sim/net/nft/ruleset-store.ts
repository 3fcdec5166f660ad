/** stub, replaced below */
import type { NetNamespace } from '../types';
export class Ruleset {
  constructor(readonly ns: NetNamespace) {}
}
