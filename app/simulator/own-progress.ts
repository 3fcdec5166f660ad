/** Progress that the browser itself keeps: what was done in the simulator, with or without a server. */
import { remember, remembered } from '../lab/memory';
import type { TaskDone } from '../progress/types';

const key = 'progress';
const format = 'underlay-progress';

export function ownProgress(): TaskDone[] {
  return parseDone(parseJson(remembered(key) ?? '[]')) ?? [];
}

export function recordOwn(done: TaskDone): void {
  keep(merge(ownProgress(), [done]));
}

export function exportProgress(done: readonly TaskDone[]): string {
  return `${JSON.stringify({ format, version: 1, done }, null, 2)}\n`;
}

/** Adds what the file says to what is kept. Throws an error that a person can act on. */
export function importProgress(text: string): TaskDone[] {
  const all = merge(ownProgress(), parseFile(text));
  keep(all);
  return all;
}

export function merge(...lists: ReadonlyArray<readonly TaskDone[]>): TaskDone[] {
  return [...new Map(lists.flat().map((done) => [`${done.lesson} ${done.task}`, done])).values()];
}

/** By hand: a schema library would weigh more than the rest of the page's own code. */
function parseFile(text: string): TaskDone[] {
  const value = parseJson(text);
  const hasFormat = isRecord(value) && value.format === format && value.version === 1;
  const done = hasFormat ? parseDone(value.done) : null;
  if (done) return done;
  throw new Error('This file holds no progress: choose one that “Export progress” has written.');
}

function parseDone(value: unknown): TaskDone[] | null {
  return Array.isArray(value) && value.every(isTaskDone) ? value : null;
}

function isTaskDone(value: unknown): value is TaskDone {
  if (!isRecord(value)) return false;
  return typeof value.lesson === 'string' && typeof value.task === 'string' && typeof value.points === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function keep(done: readonly TaskDone[]): void {
  remember(key, JSON.stringify(done));
}
