/** What the driver and a thread with labs say to each other, beside the conversations of pages. */
import type { MessagePort } from 'node:worker_threads';
import { z } from 'zod';
import { TaskStatus } from '../protocol';

const Limit = z.number().nullable();

export const LabThreadData = z.object({
  /** Begins the names of its labs, so that they are found again. */
  name: z.string(),
  maxLabs: z.int(),
  graceMs: z.number(),
  times: z.object({ idleMs: Limit, totalMs: Limit, extensionMs: z.number(), extensions: z.number() }),
});
export type LabThreadData = z.infer<typeof LabThreadData>;

export type ToLabThread = { type: 'connect'; port: MessagePort } | { type: 'dispose'; reason: string };

export const FromLabThread = z.discriminatedUnion('type', [
  /** How many labs there are: after each conversation that began, and from time to time. */
  z.object({ type: z.literal('labs'), count: z.int() }),
  z.object({
    type: z.literal('task'),
    change: z.object({
      learner: z.string(),
      lesson: z.string(),
      task: z.string(),
      status: TaskStatus.shape.status,
      points: z.number(),
    }),
  }),
  z.object({ type: z.literal('mistake'), text: z.string() }),
  /** Every lab has ended. */
  z.object({ type: z.literal('disposed') }),
]);
export type FromLabThread = z.infer<typeof FromLabThread>;
