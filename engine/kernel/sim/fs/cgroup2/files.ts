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
  /** Whoever watches it or polls it hears of changes. */
  tellsChanges?: boolean;
}

export function hasFile(node: Cgroup, { controller, notInRoot, inRoot }: CgroupFile): boolean {
  if (node.parent === null) return !notInRoot && (controller === undefined || inRoot === true);
  return controller === undefined || node.available.includes(controller);
}
