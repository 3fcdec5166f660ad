/** The state of a process as ps(1) shows it. */
import type { Task } from '../../../task/task';

const texts = {
  R: 'R (running)',
  S: 'S (sleeping)',
  D: 'D (disk sleep)',
  T: 'T (stopped)',
  Z: 'Z (zombie)',
  X: 'X (dead)',
} as const;

export type StateLetter = keyof typeof texts;

export function stateOf(task: Task): { letter: StateLetter; text: string } {
  const letter = letterOf(task);
  return { letter, text: texts[letter] };
}

function letterOf({ state, job, kernel }: Task): StateLetter {
  if (state === 'zombie') return 'Z';
  if (state === 'dead') return 'X';
  if (state === 'stopped') return 'T';
  if (kernel.scheduler.current === job || job.isQueued || job.suspend === null) return 'R';
  return job.suspend.interruptible === false ? 'D' : 'S';
}
