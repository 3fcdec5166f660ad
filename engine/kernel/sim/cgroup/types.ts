/** cgroup v2 (cgroups(7), kernel: Documentation/admin-guide/cgroup-v2.rst). */

import type { UserNamespace } from '../ns/namespace';
import { Namespace } from '../ns/namespace';
import type { Task } from '../task/task';

export interface CgroupNode {
  readonly name: string;
  readonly parent: CgroupNode | null;
  readonly children: ReadonlyMap<string, CgroupNode>;
  /** Tasks directly in it. */
  readonly tasks: ReadonlySet<Task>;
  /** From the hierarchy's root, `/` or `/a/b`. */
  readonly path: string;
  readonly pidsMax: number | null;
  readonly memoryMax: number | null;
}

export class CgroupNamespace extends Namespace {
  readonly kind = 'cgroup';
  constructor(
    inum: number,
    owner: UserNamespace | null,
    /** What its members see as `/`. */
    readonly root: CgroupNode,
  ) {
    super(inum, owner);
  }
}
