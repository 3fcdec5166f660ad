/** Which members are meant, and under which names they are safe to be written. */
import { matchesPattern } from '../../lib/glob';
import type { Settings } from './settings';

/** Patterns match from any slash on, and everything below what they match. */
export function isExcluded(path: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const clean = path.replace(/\/+$/, '');
  const starts = [0, ...slashesOf(clean).map((at) => at + 1)];
  const ends = [...slashesOf(clean), clean.length];
  return patterns.some((pattern) =>
    starts.some((start) => ends.some((end) => end > start && matchesPattern(pattern, clean.slice(start, end)))),
  );
}

function slashesOf(path: string): number[] {
  return [...path].flatMap((char, at) => (char === '/' ? [at] : []));
}

/** The members a command line names. */
export class Wanted {
  readonly #names: readonly string[];
  readonly #found = new Set<string>();

  constructor(private readonly settings: Settings) {
    this.#names = settings.items.flatMap((item) => (item.is === 'name' ? [item.name] : []));
  }

  /** Something of the kind is there that means only itself. */
  get hasUnusedPattern(): boolean {
    const { has } = this.settings;
    return !has('wildcards') && !has('no-wildcards') && this.missing.some((name) => /[*?[]/.test(name));
  }

  get missing(): string[] {
    return this.#names.filter((name) => !this.#found.has(name));
  }

  has(path: string): boolean {
    if (this.#names.length === 0) return true;
    const clean = path.replace(/\/+$/, '');
    const hits = this.#names.filter((name) => this.#means(name.replace(/(?<=.)\/+$/, ''), clean));
    for (const name of hits) this.#found.add(name);
    return hits.length > 0;
  }

  #means(name: string, path: string): boolean {
    if (path === name || (!this.settings.has('no-recursion') && path.startsWith(`${name}/`))) return true;
    if (!this.settings.has('wildcards')) return false;
    const ends = [...slashesOf(path), path.length];
    return ends.some((end) => matchesPattern(name, path.slice(0, end)));
  }
}

/** What of a name leads out of the directory: slashes in front, and all up to the last `..`. */
export function unsafePrefix(name: string): string {
  const [climbing = ''] = /^(?:.*\/)?\.\.(?:\/+|$)/.exec(name) ?? [];
  const [slashes = ''] = /^\/+/.exec(name.slice(climbing.length)) ?? [];
  return climbing + slashes;
}

export function hasDotDot(name: string): boolean {
  return name.split('/').includes('..');
}

/** Without so many components in front; null when nothing is left. */
export function stripped(name: string, count: number): string | null {
  let rest = name.replace(/^\/+/, '');
  for (let i = 0; i < count; i++) {
    const slash = rest.indexOf('/');
    if (slash < 0) return null;
    rest = rest.slice(slash).replace(/^\/+/, '');
  }
  return rest === '' && count > 0 ? null : rest;
}
