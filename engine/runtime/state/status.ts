/** The states of a container and what leads from one to another (runtime spec, "State" and "Lifecycle"). */
import { RuntimeError } from '../error';

export type Status = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

/** Every operation with the states it may begin in, and the state it leads to. Null: the kernel decides what becomes of it. */
const operations = {
  start: { from: ['created'], to: 'running' },
  kill: { from: ['created', 'running', 'paused'], to: null },
  exec: { from: ['created', 'running'], to: null },
  pause: { from: ['created', 'running'], to: 'paused' },
  resume: { from: ['paused'], to: null },
  update: { from: ['created', 'running', 'paused'], to: null },
  events: { from: ['created', 'running', 'paused'], to: null },
  delete: { from: ['stopped'], to: null },
} as const satisfies Record<string, { from: readonly Status[]; to: Status | null }>;

export type Operation = keyof typeof operations;

/** Errors: `RuntimeError` when a container in that state cannot be treated so. Nothing has been changed then. */
export function permit(operation: Operation, id: string, status: Status): void {
  const from: readonly Status[] = operations[operation].from;
  if (from.includes(status)) return;
  throw new RuntimeError(`cannot ${operation} container ${id}: it is ${status}, not ${listOf(from)}`);
}

function listOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : last;
}

/** What the kernel shows of a container, in the order in which it counts. */
export interface Signs {
  /** Its process was cloned and the runtime has not finished. */
  unfinished: boolean;
  alive: boolean;
  /** It waits for its start. */
  waiting: boolean;
  frozen: boolean;
}

export function statusOf({ unfinished, alive, waiting, frozen }: Signs): Status {
  if (unfinished) return 'creating';
  if (!alive) return 'stopped';
  if (frozen) return 'paused';
  return waiting ? 'created' : 'running';
}
