import { z } from 'zod';
import { TaskStatus } from '../protocol';

/** What comes of a recording: played to its end, or nothing that could be played. */
export const Grade = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('verdict'),
    verdict: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), tasks: z.record(z.string(), TaskStatus.shape.status), hash: z.string() }),
      /** `difference` is the first one, in words. */
      z.object({ ok: z.literal(false), difference: z.string() }),
    ]),
  }),
  z.object({ kind: z.literal('unreadable'), problem: z.string() }),
]);
export type Grade = z.infer<typeof Grade>;
