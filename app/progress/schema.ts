/** What is kept of a learner. One schema for PGlite and PostgreSQL; `migrations/` holds its history as SQL. */
import { integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** A task that was done at least once. It stays done here, even when a level task falls back in the lab. */
export const tasksDone = pgTable(
  'tasks_done',
  {
    learner: text().notNull(),
    /** Number of the lesson, `1.1`. */
    lesson: text().notNull(),
    task: text().notNull(),
    points: integer().notNull(),
    firstDoneAt: timestamp('first_done_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.learner, table.lesson, table.task] })],
);
