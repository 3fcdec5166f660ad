/** Opens the database that holds the progress, brings it up to date and answers the few questions asked of it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { type Claim, claim } from './claim';
import { tasksDone } from './schema';
import type { TaskDone } from './types';

export interface ProgressDatabase {
  recordDone(row: TaskDone & { learner: string }): Promise<void>;
  doneBy(learner: string): Promise<TaskDone[]>;
  close(): Promise<void>;
}

/** Opens PGlite in `directory` (made when missing); takes seconds the first time. Rejects while another server has it. */
export async function openDatabase(directory: string): Promise<ProgressDatabase> {
  const home = path.dirname(directory);
  await mkdir(home, { recursive: true });
  const claimed = await claim(home);
  try {
    return await open(directory, claimed);
  } catch (error) {
    await claimed.release();
    throw error;
  }
}

async function open(directory: string, claimed: Claim): Promise<ProgressDatabase> {
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
    close: async () => {
      await client.close();
      await claimed.release();
    },
  };
}
