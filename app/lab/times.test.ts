import { expect, test } from 'vitest';
import { clockText, timeLeft } from './times';

test('the nearer limit counts, less what has passed since it was told', () => {
  const times = { idleMs: 90_000, totalMs: 60_000, extensionsLeft: 1, toldAt: 1000 };
  expect(timeLeft(times, 11_000)).toBe(50_000);
  expect(timeLeft({ ...times, totalMs: null }, 1000)).toBe(90_000);
  expect(timeLeft({ ...times, idleMs: null, totalMs: null }, 1000)).toBeNull();
  expect(timeLeft(times, 1_000_000)).toBe(0);
});

test('a clock with hours only where there are some', () => {
  expect(clockText(59 * 60_000 + 8000)).toBe('59:08');
  expect(clockText(3_723_000)).toBe('1:02:03');
});
