/** A simulated lab as a file: enough to play it again, and what is claimed of its end. */
import * as z from 'zod';
import { fromBase64 } from './base64';

const Bytes = z.string().transform((text, context) => {
  const bytes = fromBase64(text);
  if (bytes) return bytes;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const Id = z.int();
const Machine = z.string();
const Text = z.string();
const User = z.enum(['root', 'learner']);
const Environment = z.record(Text, Text);

const RecordedAction = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('terminal.open'),
    terminal: Id,
    machine: Machine,
    user: User,
    cols: z.int(),
    rows: z.int(),
    argv: z.array(Text).nullable(),
    cwd: Text.nullable(),
    env: Environment,
  }),
  z.object({ do: z.literal('terminal.write'), terminal: Id, data: Bytes }),
  z.object({ do: z.literal('terminal.resize'), terminal: Id, cols: z.int(), rows: z.int() }),
  z.object({ do: z.literal('terminal.hold'), terminal: Id, on: z.boolean() }),
  z.object({ do: z.literal('terminal.close'), terminal: Id }),
  z.object({
    do: z.literal('spawn'),
    process: Id,
    machine: Machine,
    user: User,
    argv: z.array(Text),
    cwd: Text.nullable(),
    env: Environment,
    stdin: Bytes,
    timeoutMs: z.number().nullable(),
  }),
  z.object({ do: z.literal('kill'), process: Id, signal: Text }),
  z.object({ do: z.literal('file.write'), machine: Machine, path: Text, content: Bytes, mode: z.int().nullable() }),
  z.object({ do: z.enum(['file.makeDirectory', 'file.remove']), machine: Machine, path: Text }),
  z.object({ do: z.literal('file.rename'), machine: Machine, path: Text, to: Text }),
  z.object({ do: z.literal('part.lost'), part: Text }),
]);

const place = { step: z.int().nonnegative(), at: z.number().nonnegative(), mark: Text };

export const Recording = z.object({
  format: z.literal('underlay-recording'),
  version: z.literal(1),
  lesson: Text,
  lab: Text,
  learner: Text,
  limits: z.object({ pids: z.int(), memoryBytes: z.int(), cpus: z.number(), diskBytes: z.int() }),
  seed: Text,
  epoch: z.number(),
  actions: z.array(z.object({ ...place, action: RecordedAction })),
  end: z.object(place),
  /** What the one who hands it in says came of it. */
  claim: z.object({ tasks: z.record(Text, z.enum(['locked', 'open', 'done'])), hash: Text }),
});
export type Recording = z.infer<typeof Recording>;

/** `problem` says what is wrong with the text, for a person. */
export function parseRecording(text: string): { ok: true; recording: Recording } | { ok: false; problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const parsed = Recording.safeParse(value);
  if (parsed.success) return { ok: true, recording: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, problem: `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'malformed'}` };
}
