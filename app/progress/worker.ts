/** The database's own thread: PGlite's first start computes for seconds, and no keystroke may wait for that. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { openDatabase } from './database';
import { Request, type Response } from './wire';

const { directory } = z.object({ directory: z.string() }).parse(workerData);
const opening = openDatabase(directory);
/** One request after the other, so that `close` comes after all that was asked before it. */
let queue = opening.then(() => {}).catch(giveUp);

parentPort?.on('message', (message: unknown) => {
  queue = queue.then(() => answer(Request.parse(message))).catch(giveUp);
});

async function answer(request: Request): Promise<void> {
  const database = await opening;
  if (request.kind === 'done') return database.recordDone(request.row);
  if (request.kind === 'read') {
    return respond({ kind: 'rows', request: request.request, rows: await database.doneBy(request.learner) });
  }
  await database.close();
  parentPort?.close();
}

function giveUp(error: unknown): void {
  respond({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  parentPort?.close();
}

function respond(response: Response): void {
  parentPort?.postMessage(response);
}
