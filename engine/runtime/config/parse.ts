/** From the text of a document to its value, or to everything that is wrong with it. */
import type { z } from 'zod';
import { ConfigError, type Problem, problemsOf } from './problem';
import { readJson } from './read-json';
import { type Config, ConfigSchema } from './schema/config';
import { type Process, ProcessSchema } from './schema/process';
import { type Resources, ResourcesSchema } from './schema/resources';

/** Errors: `ConfigError` with all problems; nothing has been touched. */
export function parseConfig(text: string, subject = 'config.json'): Config {
  return parse(ConfigSchema, text, subject);
}

/** The document of `exec --process`. Errors: `ConfigError`. */
export function parseProcess(text: string, subject: string): Process {
  return parse(ProcessSchema, text, subject);
}

/** The document of `update --resources`. Errors: `ConfigError`. */
export function parseResources(text: string, subject: string): Resources {
  return parse(ResourcesSchema, text, subject);
}

function parse<T>(schema: z.ZodType<T>, text: string, subject: string): T {
  const parsed = schema.safeParse(decode(text, subject), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new ConfigError(subject, problemsOf(parsed.error));
}

function decode(text: string, subject: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    const problem: Problem = { path: '', problem: `is no JSON: ${error instanceof Error ? error.message : error}` };
    throw new ConfigError(subject, [problem]);
  }
}
