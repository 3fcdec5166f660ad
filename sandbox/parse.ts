import * as z from 'zod';
import { ClientMessage, type ServerMessage } from './protocol';

export type Parsed =
  | { ok: true; message: ClientMessage }
  | { ok: false; error: Extract<ServerMessage, { type: 'error' }> };

/** The part of a message that says what it is about; read from a malformed one so that its sender can tell which it was. */
const About = z.object({
  request: z.int().nonnegative().optional().catch(undefined),
  terminal: z.string().max(64).optional().catch(undefined),
});

/** A page's message, or the answer it gets when it is none. */
export function parseClientMessage(value: unknown): Parsed {
  const parsed = ClientMessage.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  return {
    ok: false,
    error: { type: 'error', code: 'bad-message', message: explain(parsed.error), ...aboutOf(value) },
  };
}

function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'not a message';
  const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  return `not a message: ${where}${issue.message}`.slice(0, 500);
}

function aboutOf(value: unknown): { request?: number; terminal?: string } {
  const { request, terminal } = About.safeParse(value).data ?? {};
  return { ...(request === undefined ? {} : { request }), ...(terminal === undefined ? {} : { terminal }) };
}
