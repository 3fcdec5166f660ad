import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasEscapes, nameFromBytes, nameToBytes } from './name-bytes';

test('a name that is UTF-8 is that text', () => {
  expect(nameFromBytes(new TextEncoder().encode('größe 日本 🚢'))).toBe('größe 日本 🚢');
  expect(hasEscapes('größe 🚢')).toBe(false);
});

test('a byte that is no UTF-8 is escaped, and comes back', () => {
  const latin = Uint8Array.of(0x67, 0x72, 0xf6, 0xdf, 0x65);
  expect(nameFromBytes(latin)).toBe('gr\udcf6\udcdfe');
  expect(hasEscapes(nameFromBytes(latin))).toBe(true);
  expect(nameToBytes(nameFromBytes(latin))).toEqual(latin);
});

test('any bytes survive', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(nameToBytes(nameFromBytes(bytes))).toEqual(bytes);
    }),
  );
});
