/** `env` and `$ENV`. */
import type { Json } from './json';

export function environment(env: Readonly<Record<string, string>>): Json {
  return new Map<string, Json>(Object.entries(env));
}
