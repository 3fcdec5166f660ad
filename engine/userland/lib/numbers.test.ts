import { expect, test } from 'vitest';
import { humanSize, parseBlockSize } from './human';
import { parseFloatText, parseNumber, parseSigned, sizeSuffixes } from './numbers';

test.each([
  ['10', 10],
  ['2K', 2048],
  ['2kB', 2000],
  ['1MiB', 1_048_576],
  ['b', 512],
  ['+3', 3],
])('reads %s', (text, value) => {
  expect(parseNumber(text, sizeSuffixes)).toEqual({ ok: true, value });
});

test('tells what is no number from what is too large', () => {
  expect(parseNumber('x', sizeSuffixes)).toEqual({ ok: false, reason: 'invalid' });
  expect(parseNumber('1Q', sizeSuffixes)).toEqual({ ok: false, reason: 'invalid' });
  expect(parseNumber('99999999999999999999')).toEqual({ ok: false, reason: 'overflow' });
  expect(parseSigned('-5')).toEqual({ ok: true, value: -5 });
});

test('reads fractions', () => {
  expect(parseFloatText('1.5')).toBe(1.5);
  expect(parseFloatText('0x1p-1')).toBe(0.5);
  expect(parseFloatText('inf')).toBe(Number.POSITIVE_INFINITY);
  expect(parseFloatText('1x')).toBeNull();
});

test.each([
  [0, '0'],
  [1023, '1023'],
  [1024, '1.0K'],
  [1025, '1.1K'],
  [10 * 1024, '10K'],
  [1024 * 1024 - 1, '1.0M'],
])('rounds %d up to %s', (bytes, text) => {
  expect(humanSize(bytes)).toBe(text);
});

test('reads block sizes', () => {
  expect(parseBlockSize('K')).toEqual({ unit: 1024, suffix: 'K' });
  expect(parseBlockSize('1K')).toEqual({ unit: 1024 });
  expect(parseBlockSize('MB')).toEqual({ unit: 1_000_000, suffix: 'MB' });
  expect(parseBlockSize('0')).toBeNull();
});
