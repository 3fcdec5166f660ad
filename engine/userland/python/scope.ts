/** Names and their values. */
import type { Py } from './values';

/** Names and what they stand for: a function's own, then those around it, then the built-in ones. */
export class Scope {
  readonly names = new Map<string, Py>();
  readonly globalNames = new Set<string>();

  constructor(
    private readonly parent: Scope | null,
    readonly globals: Scope | null = null,
  ) {}

  get(name: string): Py | undefined {
    if (this.globalNames.has(name)) return this.globals?.get(name);
    return this.names.get(name) ?? (this.names.has(name) ? null : this.parent?.get(name));
  }

  set(name: string, value: Py): void {
    if (this.globalNames.has(name) && this.globals) this.globals.set(name, value);
    else this.names.set(name, value);
  }

  /** Of this one and those around it. */
  *values(): Generator<Py> {
    for (const value of this.names.values()) yield value;
    if (this.parent) yield* this.parent.values();
  }

  child(): Scope {
    return new Scope(this, this.globals ?? this);
  }
}
