/** Compares values with what rules ask for: one, a range, a prefix, a set (in the rule or with a name). */
import { isWithin, networkOf, parseIp } from '../address/ip';
import type { Comparable, KeyType } from './key-types';
import { keyType } from './key-types';
import type { NftKey, NftSet, NftValue, NftVerdict } from './ruleset';

export type Test = (value: Comparable) => boolean;

/** A test for one value of that type. `isInSet`: sets of bits have to be equal there, elsewhere one in common is enough. */
export function testOf(type: KeyType, value: NftValue, isInSet = false): Test {
  switch (value.kind) {
    case 'one':
      return testOne(type, value.value, isInSet);
    case 'prefix':
      return testPrefix(value.address, value.length);
    case 'range': {
      const low = type.parse(value.from);
      const high = type.parse(value.to);
      return (found) => low !== null && high !== null && typeof found === typeof low && found >= low && found <= high;
    }
    case 'set': {
      const tests = value.values.map((one) => testOf(type, one, true));
      return (found) => tests.some((test) => test(found));
    }
    default:
      return () => false;
  }
}

function testOne(type: KeyType, text: string, isInSet: boolean): Test {
  if (type.kind === 'name' && text.endsWith('*')) {
    const start = text.slice(0, -1);
    return (found) => typeof found === 'string' && found.startsWith(start);
  }
  const wanted = type.parse(text);
  if (type.kind === 'bits' && !isInSet && typeof wanted === 'number')
    return (found) => typeof found === 'number' && (found & wanted) !== 0;
  return (found) => found === wanted;
}

function testPrefix(text: string, length: number): Test {
  const address = parseIp(text);
  if (address === null) return () => false;
  const prefix = { address: networkOf(address, length), length };
  return (found) => typeof found !== 'string' && isWithin(found, prefix);
}

export interface SetElement {
  key: NftValue;
  value?: NftValue;
  verdict?: NftVerdict;
  expires?: number;
}

/** The elements of a set, made to be looked up fast. */
export class SetIndex {
  readonly #exact = new Map<string, SetElement>();
  readonly #others: Array<{ tests: Test[]; element: SetElement }> = [];

  constructor(
    private readonly keys: readonly NftKey[],
    elements: readonly SetElement[],
  ) {
    for (const element of elements) this.add(element);
  }

  add(element: SetElement): void {
    const parts = element.key.kind === 'concat' ? element.key.values : [element.key];
    const types = this.keys.map(keyType);
    const exact = parts.map((part, at) => exactOf(types[at], part));
    if (exact.every((one) => one !== null)) this.#exact.set(exact.map(String).join('\0'), element);
    else
      this.#others.push({
        element,
        tests: parts.flatMap((part, at) => (types[at] ? [testOf(types[at], part, true)] : [])),
      });
  }

  delete(values: readonly Comparable[]): void {
    this.#exact.delete(values.map(String).join('\0'));
  }

  find(values: readonly Comparable[], now: number): SetElement | undefined {
    const exact = this.#exact.get(values.map(String).join('\0'));
    if (exact) return isAlive(exact, now) ? exact : undefined;
    for (const { tests, element } of this.#others) {
      if (!isAlive(element, now)) continue;
      if (tests.every((test, at) => values[at] !== undefined && test(values[at]))) return element;
    }
    return undefined;
  }
}

function exactOf(type: KeyType | undefined, value: NftValue): Comparable | null {
  if (!type || value.kind !== 'one') return null;
  if (type.kind === 'name' && value.value.endsWith('*')) return null;
  return type.parse(value.value);
}

function isAlive(element: SetElement, now: number): boolean {
  return element.expires === undefined || element.expires > now;
}

/** Indexes of named sets, kept as long as their elements stay the same list. */
const indexes = new WeakMap<NftSet['elements'], SetIndex>();

export function indexOf(set: NftSet, keys: readonly NftKey[]): SetIndex {
  let index = indexes.get(set.elements);
  if (!index) {
    index = new SetIndex(keys, set.elements);
    indexes.set(set.elements, index);
  }
  return index;
}

/** After an element was appended to the list in place. */
export function appended(set: NftSet, element: SetElement): void {
  indexes.get(set.elements)?.add(element);
}
