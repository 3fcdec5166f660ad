/** Opens the database that holds the progress, brings it up to date and answers the few questions asked of it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { tasksDone } from './schema';
import type { TaskDone } from './types';

export interface ProgressDatabase {
  recordDone(row: TaskDone & { learner: string }): Promise<void>;
  doneBy(learner: string): Promise<TaskDone[]>;
  close(): Promise<void>;
}

/** Opens PGlite in `directory` (made when missing). One process at a time; takes seconds the first time. */
export async function openDatabase(directory: string): Promise<ProgressDatabase> {
  await mkdir(path.dirname(directory), { recursive: true });
  const client = await PGlite.create(directory);
  const db = drizzle(client);
  await migrate(db, { migrationsFolder: path.join(process.cwd(), 'app/progress/migrations') });
  return {
    recordDone: async (row) => {
      await db.insert(tasksDone).values(row).onConflictDoNothing();
    },
    doneBy: (learner) =>
      db
        .select({ lesson: tasksDone.lesson, task: tasksDone.task, points: tasksDone.points })
        .from(tasksDone)
        .where(eq(tasksDone.learner, learner)),
    close: () => client.close(),
  };
}
