import { expect, it } from 'vitest';
import { PartedCollection, shareEntries } from './share';

it('keeps the identity of what did not change', () => {
  const before = { a: { x: [1] }, b: { x: [2] } };
  expect(shareEntries(before, { a: { x: [1] }, b: { x: [2] } })).toBe(before);
  const after = shareEntries(before, { a: { x: [1] }, b: { x: [3] } });
  expect(after).not.toBe(before);
  expect(after.a).toBe(before.a);
  expect(shareEntries(before, { a: before.a })).toEqual({ a: { x: [1] } });
});

it('puts parts together and forgets those that are gone', () => {
  const collection = new PartedCollection<number>();
  collection.setPart('one', { a: 1 });
  collection.setPart('two', { b: 2 });
  const whole = collection.whole;
  expect(whole).toEqual({ a: 1, b: 2 });
  collection.setPart('two', { b: 2 });
  expect(collection.whole).toBe(whole);
  collection.keepParts(new Set(['one']));
  expect(collection.whole).toEqual({ a: 1 });
});
