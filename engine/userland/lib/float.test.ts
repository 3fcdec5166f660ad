import { expect, test } from 'vitest';
import { formatFloat, readFloat } from './float';

function shown(text: string, conversion: string, precision: number | null = null): string {
  return formatFloat(readFloat(text).value, conversion, { flags: '', width: 0, precision });
}

test.each([
  ['1.5', 'f', null, '1.500000'],
  ['2.5', 'f', 0, '2'],
  ['3.5', 'f', 0, '4'],
  ['0.1', 'f', 20, '0.10000000000000000000'],
  ['1e10', 'g', null, '1e+10'],
  ['100000', 'g', null, '100000'],
  ['0.00001', 'g', null, '1e-05'],
  ['1', 'a', null, '0x8p-3'],
  ['-inf', 'f', null, '-inf'],
  ['12345.678', 'e', 3, '1.235e+04'],
] as const)('formats %s with %%%s', (text, conversion, precision, result) => {
  expect(shown(text, conversion, precision)).toBe(result);
});

test('says how much was a number', () => {
  expect(readFloat('12abc').length).toBe(2);
  expect(readFloat('abc').length).toBe(0);
  expect(readFloat('0x10').length).toBe(4);
});
