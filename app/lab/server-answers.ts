/** What the page asks of its server beside the lab's own channel. */
import type { TaskDone } from '../progress/types';
import type { Mode } from '../services';
import { simulatorMode } from '../simulator/mode';
import { merge, ownProgress } from '../simulator/own-progress';

export interface ProgressAnswer {
  done: TaskDone[];
  /** Why nothing is known or kept; null when all is well. */
  problem: string | null;
}

/** Pages put on a file server by `npm run build:static`: there is nobody to ask. */
const isStatic = process.env.NEXT_PUBLIC_UNDERLAY_STATIC === '1';
const staticReason = 'These pages come from a file server. Run Underlay on a computer of your own for real machines.';

/** What the server and this browser know together. Without a server the browser's own is all there is, and no problem. */
export async function fetchProgress(learner: string): Promise<ProgressAnswer> {
  if (isStatic) return { done: ownProgress(), problem: null };
  const path = `/api/progress?learner=${encodeURIComponent(learner)}`;
  const { done, problem } = await ask<ProgressAnswer>(path, isProgress, (reason) => ({ done: [], problem: reason }));
  return { done: merge(done, ownProgress()), problem };
}

export async function fetchModes(): Promise<Mode[]> {
  const modes = isStatic ? noReal(staticReason) : await ask('/api/status', isModes, noReal);
  return modes.some(({ name }) => name === 'simulated') ? modes : [simulatorMode(), ...modes];
}

/** What is known before anyone is asked: on a file server, all of it. */
export const modesAtFirst: readonly Mode[] | null = isStatic
  ? [{ name: 'simulated', available: true }, ...noReal(staticReason)]
  : null;

function noReal(reason: string): Mode[] {
  return [{ name: 'real', available: false, reason }];
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
