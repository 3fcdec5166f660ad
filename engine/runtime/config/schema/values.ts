/** Kinds of values that several parts of config.json share. */
import { z } from 'zod';

const ranges = {
  int64: [-(1n << 63n), (1n << 63n) - 1n],
  uint64: [0n, (1n << 64n) - 1n],
} as const;

/** Numbers stay numbers where a double holds them; the rest is `bigint` (see `readJson`). Both compare with `<`. */
export type Integer64 = number | bigint;

function integer64(kind: keyof typeof ranges) {
  const [least, most] = ranges[kind];
  return z.custom<Integer64>().superRefine((value: unknown, context) => {
    const problem = wrongInteger(value, least, most);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
}

function wrongInteger(value: unknown, least: bigint, most: bigint): string | undefined {
  if (value === undefined) return 'is missing';
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!whole) return `has to be a whole number, and is ${JSON.stringify(value)}`;
  return value < least || value > most ? `${value} is not between ${least} and ${most}` : undefined;
}

export const int64 = integer64('int64');
export const uint64 = integer64('uint64');
export const int32 = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
export const uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
export const uint16 = z
  .int()
  .min(0)
  .max(2 ** 16 - 1);

/** What the kernel takes as a string ends at the first NUL: one inside would be cut off without a word. */
export const text = z.string().refine((value) => !value.includes('\0'), 'has a NUL character in it');

/** A path or a name that cannot be empty. */
export const name = text.refine((value) => value !== '', 'is empty');

export const absolutePath = name.refine((value) => value.startsWith('/'), {
  error: ({ input }) => `${JSON.stringify(input)} is no absolute path`,
});

/** user_namespaces(7): one line of uid_map or gid_map. */
const IdMappingSchema = z.object({ containerID: uint32, hostID: uint32, size: uint32 });
export type IdMapping = z.infer<typeof IdMappingSchema>;
export const idMappings = z.array(IdMappingSchema);
