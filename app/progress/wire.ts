/** What the server's thread and the database's thread say to each other. */
import { z } from 'zod';

const TaskRow = z.object({ lesson: z.string(), task: z.string(), points: z.int() });

export const Request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), row: TaskRow.extend({ learner: z.string() }) }),
  z.object({ kind: z.literal('read'), request: z.int(), learner: z.string() }),
  z.object({ kind: z.literal('close') }),
]);
export type Request = z.infer<typeof Request>;

export const Response = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rows'), request: z.int(), rows: z.array(TaskRow) }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);
export type Response = z.infer<typeof Response>;
