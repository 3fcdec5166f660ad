/** Documents of the specification: JSON in UTF-8, checked against a schema. */
import type { z } from 'zod';
import { ImageError } from '../error';

/** `subject` is what an error is about. Errors: `invalid-manifest` with the path of the first field that is wrong. */
export function parseJson<T>(schema: z.ZodType<T>, content: Uint8Array, subject: string): T {
  const parsed = schema.safeParse(decodeJson(content, subject));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new ImageError('invalid-manifest', subject, `${place}${issue?.message ?? 'is not what it should be'}`);
}

/** Errors: `invalid-manifest`. */
function decodeJson(content: Uint8Array, subject: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImageError('invalid-manifest', subject, `is no JSON: ${reason}`);
  }
}
