/** `hooks` (OCI runtime-spec 1.2, config.md, "POSIX-platform Hooks"). */
import { z } from 'zod';
import { absolutePath, int32, text } from './values';

/** In the order in which they are called. `prestart` is deprecated, and still called. */
export const hookPoints = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
] as const;

const HookSchema = z.object({
  path: absolutePath,
  args: z.array(text).optional(),
  env: z.array(text).optional(),
  /** Seconds. */
  timeout: int32.refine((seconds) => seconds > 0, 'has to be more than 0').optional(),
});
export type Hook = z.infer<typeof HookSchema>;

const hooks = z.array(HookSchema).optional();

export const HooksSchema = z.object({
  prestart: hooks,
  createRuntime: hooks,
  createContainer: hooks,
  startContainer: hooks,
  poststart: hooks,
  poststop: hooks,
});
