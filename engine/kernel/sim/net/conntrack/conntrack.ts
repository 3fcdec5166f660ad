/** stub, replaced below */
import type { NetNamespace } from '../types';
export class Conntrack {
  constructor(readonly ns: NetNamespace) {}
  clear(): void {}
}
