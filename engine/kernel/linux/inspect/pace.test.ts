import { expect, it } from 'vitest';
import { Pace } from './pace';

it('looks soon after an event, then ever more seldom', () => {
  const pace = new Pace(0);
  pace.event(1000);
  expect(pace.soon(1000)).toBe(1003);
  expect(pace.next(1010)).toBe(1050);
  expect(pace.next(1500)).toBe(1750);
  expect(pace.next(9000)).toBe(11_000);
});

it('spaces scans by what they cost', () => {
  const pace = new Pace(0);
  pace.scanned(1000, 0.5);
  expect(pace.soon(1000)).toBe(1020);
  pace.scanned(2000, 50);
  expect(pace.soon(2000)).toBe(3000);
  expect(pace.next(2000)).toBeGreaterThanOrEqual(3000);
});

it('looks now and then at a lab whose processes run without events', () => {
  const pace = new Pace(0);
  pace.ran(9900);
  expect(pace.next(10_000)).toBe(10_250);
});
