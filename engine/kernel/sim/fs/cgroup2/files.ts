/** What a file of a cgroup is, and which ones a cgroup has. */
import type { Controller } from '../../cgroup/controllers';
import type { Cgroup } from '../../cgroup/node';
import type { Task } from '../../task/task';

export interface CgroupFile {
  name: string;
  mode: number;
  /** Only where the parent passes this controller on. */
  controller?: Controller;
  notInRoot?: boolean;
  /** A controller's file that the root of all has, too. */
  inRoot?: boolean;
  read?(node: Cgroup, reader: Task | null): string;
  /** `opener` opened the file: whose rights count. */
  write?(node: Cgroup, text: string, writer: Task, opener: Task): void;
  /** What poll(2) tells beside being readable, when something has changed. */
  poll?(): number;
}

export function hasFile(node: Cgroup, { controller, notInRoot, inRoot }: CgroupFile): boolean {
  if (node.parent === null) return !notInRoot && (controller === undefined || inRoot === true);
  return controller === undefined || node.available.includes(controller);
}
