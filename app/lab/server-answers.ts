/** What the page asks of its server beside the lab's own channel. */
import type { TaskDone } from '../progress/types';
import type { Mode } from '../services';

export interface ProgressAnswer {
  done: TaskDone[];
  /** Why nothing is known or kept; null when all is well. */
  problem: string | null;
}

export async function fetchProgress(learner: string): Promise<ProgressAnswer> {
  return ask(`/api/progress?learner=${encodeURIComponent(learner)}`, isProgress, (problem) => ({ done: [], problem }));
}

export async function fetchModes(): Promise<Mode[]> {
  return ask('/api/status', isModes, (reason) => [{ name: 'real', available: false, reason }]);
}

/** The page trusts its server; this only tells an answer from an error page. */
function isProgress(value: unknown): value is ProgressAnswer {
  return typeof value === 'object' && value !== null && 'done' in value;
}

function isModes(value: unknown): value is Mode[] {
  return Array.isArray(value);
}

async function ask<T>(url: string, is: (value: unknown) => value is T, otherwise: (reason: string) => T): Promise<T> {
  try {
    const value: unknown = await (await fetch(url, { cache: 'no-store' })).json();
    return is(value) ? value : otherwise('the server gave an answer this page does not understand');
  } catch {
    return otherwise('the server does not answer');
  }
}
