/**
 * Orphaned process groups (setpgid(2); POSIX, "Orphaned Process Group"): no member has a parent in another group of the
 * same session, who could continue it after a stop.
 */
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import type { SimTask } from './sim-task';
import type { Task } from './task';

/** `ignored` counts as gone, as do zombies; the lab's own first process watches over nobody. */
export function hasWatcher(
  members: Iterable<SimTask>,
  session: number,
  ignored: Task | null,
  init: Task | null,
): boolean {
  for (const member of members) {
    if (member === ignored || !member.isAlive || member.session !== session) continue;
    const { parent } = member;
    if (parent && parent !== init && parent.group !== member.group && parent.session === member.session) return true;
  }
  return false;
}

/**
 * `task` has ended (no former parent), or has got another parent: that may have been its group's last tie to the rest of
 * the session. If members are stopped then, nobody else would wake them (kill_orphaned_pgrp).
 */
export function wakeOrphans(kernel: SimKernel, task: SimTask, formerParent: SimTask | null): void {
  const tie = formerParent ?? task.parent;
  if (!tie || tie.group === task.group || tie.session !== task.session) return;
  const members = [...kernel.tasks.groups.of(task.group)].filter(({ isAlive }) => isAlive);
  if (!members.some(({ state }) => state === 'stopped')) return;
  if (!kernel.tasks.isOrphaned(task.group, task, formerParent ? null : task)) return;
  for (const signal of [signalNumbers.SIGHUP, signalNumbers.SIGCONT]) kernel.tasks.signalGroup(task.group, signal);
}
