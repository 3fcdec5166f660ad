/** The server's side of the progress: hands reports to the database's thread and waits for its answers. */
import { Worker } from 'node:worker_threads';
import { type ProgressStore, ProgressUnavailable, type TaskDone, type TaskReport } from './types';
import { type Request, Response } from './wire';

interface Reader {
  resolve(rows: TaskDone[]): void;
  reject(error: Error): void;
}

/**
 * Progress in PGlite under `directory`. The database starts with the first report or question; until it is up they
 * wait in its thread's queue. When it cannot start, reports are dropped and `read` says why.
 */
export function createProgressStore(directory: string): ProgressStore {
  const readers = new Map<number, Reader>();
  let worker: Worker | null = null;
  let exited: Promise<void> = Promise.resolve();
  let failure: string | null = null;
  let requests = 0;

  function fail(reason: string): void {
    failure ??= reason;
    for (const reader of readers.values()) reader.reject(new ProgressUnavailable(reason));
    readers.clear();
  }

  function receive(response: Response): void {
    if (response.kind === 'failed') return fail(response.reason);
    readers.get(response.request)?.resolve(response.rows);
    readers.delete(response.request);
  }

  function start(): Worker {
    const started = new Worker(new URL('./worker-entry.mjs', import.meta.url), { workerData: { directory } });
    started.on('message', (message: unknown) => receive(Response.parse(message)));
    started.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    exited = new Promise((resolve) => {
      started.on('exit', () => {
        fail('the database has been closed');
        resolve();
      });
    });
    started.unref();
    return started;
  }

  function send(request: Request): void {
    worker ??= start();
    worker.postMessage(request);
  }

  return {
    recordTask(report: TaskReport) {
      if (report.status !== 'done' || failure !== null) return;
      const { learner, lesson, task, points } = report;
      send({ kind: 'done', row: { learner, lesson, task, points } });
    },
    read(learner) {
      if (failure !== null) return Promise.reject(new ProgressUnavailable(failure));
      const request = requests++;
      return new Promise((resolve, reject) => {
        readers.set(request, { resolve, reject });
        send({ kind: 'read', request, learner });
      });
    },
    close() {
      if (worker !== null && failure === null) send({ kind: 'close' });
      return exited;
    },
  };
}
