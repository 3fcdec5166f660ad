import { expect, test } from 'vitest';
import { calendar, daysFromCivil, strftime } from './time';
import { zoneAt } from './zone';

test('is the inverse of itself', () => {
  for (const day of [-1_000_000, -1, 0, 11_016, 18_321, 1_000_000]) {
    const { year, month, day: date } = calendar(day * 86_400);
    expect(daysFromCivil(year, month, date)).toBe(day);
  }
});

test.each([
  ['%F %T', '2020-09-13 12:26:40'],
  ['%a %b %e %Y', 'Sun Sep 13 2020'],
  ['%j %U %V %G %u', '257 37 37 2020 7'],
  ['%-d|%_d|%05d|%^a|%#Z', '13|13|00013|SUN|utc'],
  ['%s.%3N', '1600000000.123'],
  ['%I %p %P %l', '12 PM pm 12'],
  ['%%Q %Q', '%Q %Q'],
])('formats %s', (format, text) => {
  expect(strftime(format, calendar(1_600_000_000, 123_456_789))).toBe(text);
});

test('knows time zones that are spelled out', () => {
  expect(zoneAt('EST5EDT', 1_600_000_000)).toEqual({ name: 'EDT', offset: -4 * 3600 });
  expect(zoneAt('CET-1CEST,M3.5.0,M10.5.0/3', 1_610_000_000)).toEqual({ name: 'CET', offset: 3600 });
  expect(zoneAt('Europe/Berlin', 0)).toEqual({ name: 'Europe', offset: 0 });
});
