/** Structural sharing: what did not change keeps its identity, so that comparing two states costs next to nothing. */
import { isEqual } from '../../state';

type Entries<T> = Record<string, T>;

/** `after`, with the entries of `before` that are equal; `before` itself when all of them are. */
export function shareEntries<T>(before: Entries<T>, after: Entries<T>): Entries<T> {
  if (before === after) return before;
  const keys = Object.keys(after);
  let same = Object.keys(before).length === keys.length;
  for (const key of keys) {
    const value = after[key];
    const old = before[key];
    if (old === value) continue;
    if (old !== undefined && isEqual(old, value)) after[key] = old;
    else same = false;
  }
  return same ? before : after;
}

/** A collection put together of parts that are read separately (one a namespace, for example). */
export class PartedCollection<T> {
  readonly #parts = new Map<string, Entries<T>>();
  #whole: Entries<T> = {};
  #stale = false;

  part(name: string): Entries<T> {
    return this.#parts.get(name) ?? {};
  }

  setPart(name: string, entries: Entries<T>): void {
    const before = this.#parts.get(name);
    const after = before ? shareEntries(before, entries) : entries;
    if (after === before) return;
    this.#parts.set(name, after);
    this.#stale = true;
  }

  /** Forgets the parts that are not named. */
  keepParts(names: ReadonlySet<string>): void {
    for (const name of this.#parts.keys()) {
      if (names.has(name)) continue;
      this.#parts.delete(name);
      this.#stale = true;
    }
  }

  /** The same object as long as no part changed. */
  get whole(): Entries<T> {
    if (this.#stale) {
      this.#stale = false;
      this.#whole = shareEntries(this.#whole, Object.assign({}, ...this.#parts.values()));
    }
    return this.#whole;
  }
}
