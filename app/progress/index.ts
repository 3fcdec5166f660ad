/**
 * What learners have done, kept across restarts.
 *
 * The server opens one store (`openProgress`) and hands it to the pages' routes through `provideServices`; a lab's
 * gateway calls `recordTask` on it with every change of a task.
 */
import path from 'node:path';
import { createProgressStore } from './store';
import { type ProgressStore, ProgressUnavailable } from './types';

export * from './types';

/**
 * The store for this machine: PGlite under `home` (`UNDERLAY_HOME`). With `databaseUrl` set it would be PostgreSQL; no
 * driver for that is installed yet, so it says so instead of keeping progress in a place nobody looks at.
 */
export function openProgress(options: { home: string; databaseUrl?: string | undefined }): ProgressStore {
  if (options.databaseUrl) {
    return unavailable(
      'DATABASE_URL is set, but this version has no PostgreSQL driver; unset it to use the built-in database',
    );
  }
  return createProgressStore(path.join(options.home, 'db'));
}

function unavailable(reason: string): ProgressStore {
  return {
    recordTask() {},
    read: () => Promise.reject(new ProgressUnavailable(reason)),
    close: () => Promise.resolve(),
  };
}
