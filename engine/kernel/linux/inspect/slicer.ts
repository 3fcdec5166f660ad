/**
 * Long work in short slices: between two of them the event loop turns, so that keystrokes of every lab get through.
 * All scans of this process take turns; only one slice runs in a turn of the loop.
 */
import { monotonicMs, threadCpuMs } from './clock';

const sliceMs = 4;

interface Job {
  work: Generator<void>;
  costMs: number;
  done(costMs: number, error: unknown): void;
}

const queue: Job[] = [];
let scheduled = false;

/** Runs `work` to its end, then calls `done` with what it cost and what it threw, if anything. The first slice runs at once. */
export function runSliced(work: Generator<void>, done: (costMs: number, error: unknown) => void): void {
  queue.push({ work, costMs: 0, done });
  if (!scheduled) turn();
}

function turn(): void {
  scheduled = false;
  const job = queue.shift();
  if (!job) return;
  const started = threadCpuMs();
  const end = monotonicMs() + sliceMs;
  let finished = false;
  let error: unknown;
  try {
    do finished = job.work.next().done === true;
    while (!finished && monotonicMs() < end);
  } catch (thrown) {
    finished = true;
    error = thrown;
  }
  job.costMs += threadCpuMs() - started;
  if (!finished) queue.push(job);
  if (queue.length > 0) {
    scheduled = true;
    setImmediate(turn);
  }
  if (finished) job.done(job.costMs, error);
}
