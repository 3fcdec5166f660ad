/**
 * What the values of a program take: looked at now and then from its names on, as a collector would, and told to the kernel.
 * Only what can be reached from the scope that runs is seen.
 */
import type { Sys } from '../../kernel/sim';
import { Held } from '../lib/held';
import { type Py, PyBytes, PyDict, PyList, PyObject, PySet, PyTuple } from './values';

/** Statements between two looks: more, the more there was to see. */
const leastStatements = 4096;
const bytesAnItem = 60;
/** A value as large as this counts as many statements. */
const large = 4096;

export class Memory {
  readonly #held: Held;
  #left = leastStatements;

  constructor(sys: Sys) {
    this.#held = new Held(sys);
  }

  /** A statement was done, with this value where there was one. */
  note(value: Py, roots: () => Iterable<Py>): void {
    this.#left -= Math.max(1, lengthOf(value) / large);
    if (this.#left > 0) return;
    const size = sizeOf(roots());
    this.#held.add(size - this.#held.bytes);
    this.#left = Math.max(leastStatements, size / (4 * bytesAnItem));
  }
}

function lengthOf(value: Py): number {
  if (typeof value === 'string') return value.length;
  return value instanceof PyBytes ? value.bytes.length : 0;
}

function sizeOf(roots: Iterable<Py>): number {
  const seen = new Set<Py>();
  const left = [...roots];
  let size = 0;
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    size += bytesAnItem;
    if (typeof value === 'string') size += value.length;
    else if (value instanceof PyBytes) size += value.bytes.length;
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      for (const part of partsOf(value)) left.push(part);
    }
  }
  return size;
}

function* partsOf(value: Py): Generator<Py> {
  if (value instanceof PyList || value instanceof PyTuple) yield* value.items;
  else if (value instanceof PySet) yield* value.items.values();
  else if (value instanceof PyObject) yield* value.attributes.values();
  else if (value instanceof PyDict) {
    for (const [key, item] of value.entries.values()) {
      yield key;
      yield item;
    }
  }
}
