import { expect, test } from 'vitest';
import { summarise } from './stats';

test('percentiles are samples, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(summarise(hundred)).toEqual({ samples: 100, median: 50, p95: 95, p99: 99, max: 100 });
  expect(summarise([7])).toEqual({ samples: 1, median: 7, p95: 7, p99: 7, max: 7 });
});

test('no samples is an error, not a zero', () => {
  expect(() => summarise([])).toThrow('no samples');
});
