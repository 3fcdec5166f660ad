/** Which process is killed when memory runs out (Linux `oom_badness`): the one whose end gives back the most. */
import type { Task } from '../../task/task';

/** From 0 to 1000 and a bit, as /proc/PID/oom_score shows it. */
export function badness(task: Task): number {
  const points = badnessPoints(task);
  if (points === null) return 0;
  return Math.max(0, Math.trunc(((1000 + Math.trunc((points * 1000) / totalPages(task))) * 2) / 3));
}

/** In pages; null for a process that must not be killed (`oom_score_adj` -1000). */
export function badnessPoints(task: Task): number | null {
  if (task.oomScoreAdj === -1000) return null;
  return Math.ceil(task.memory / 4096) + Math.trunc((task.oomScoreAdj * totalPages(task)) / 1000);
}

function totalPages(task: Task): number {
  return Math.max(1, Math.floor(task.kernel.options.memoryBytes / 4096));
}
