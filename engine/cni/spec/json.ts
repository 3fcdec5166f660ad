/** JSON that comes from outside: decoded, then checked against a schema. */
import { z } from 'zod';
import { parseJson } from '../../kernel';
import { CniError, errorCodes } from './error';

export type JsonObject = Record<string, unknown>;

const ObjectSchema = z.record(z.string(), z.unknown());

/** `subject` begins the message. Errors: 6 when it is no JSON, or no object. */
export function decodeObject(text: string, subject: string): JsonObject {
  let decoded: unknown;
  try {
    decoded = parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CniError(errorCodes.decodingFailure, `${subject}: ${reason}`);
  }
  return checked(ObjectSchema, decoded, subject, errorCodes.decodingFailure);
}

/** Errors: `code` (7 unless given) with the path of the first field that is wrong. */
export function checked<T>(
  schema: z.ZodType<T>,
  value: unknown,
  subject: string,
  code: number = errorCodes.invalidConfig,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new CniError(code, `${subject}: ${place}${issue?.message ?? 'is not what it should be'}`);
}
