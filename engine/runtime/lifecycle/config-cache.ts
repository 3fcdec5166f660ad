/** Configurations by their text: a runtime that stays reads the same one at every step of a container's life. */
import { type Config, parseConfig } from '../config';

/** Containers that are worked on at a time, and no more than a memory of a few megabytes. */
const kept = 64;

export class ConfigCache {
  readonly #parsed = new Map<string, Config>();

  /** Errors: `ConfigError`. */
  parse(text: string): Config {
    const known = this.#parsed.get(text);
    if (known) return known;
    const config = parseConfig(text);
    const [oldest] = this.#parsed.keys();
    if (this.#parsed.size >= kept && oldest !== undefined) this.#parsed.delete(oldest);
    this.#parsed.set(text, config);
    return config;
  }
}
