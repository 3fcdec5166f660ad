import { describe, expect, test } from 'vitest';
import { TestClock } from '../testing/clock';
import { type LimitOptions, TimeLimits } from './time-limits';

const minute = 60_000;

function limits(options: Partial<LimitOptions>) {
  const clock = new TestClock();
  const seen: string[] = [];
  const limit = new TimeLimits(
    { idleMs: 60 * minute, totalMs: 240 * minute, extensionMs: 60 * minute, extensions: 2, ...options },
    clock,
    { onWarning: (warning) => seen.push(`warning: ${warning}`), onEnd: (reason) => seen.push(`end: ${reason}`) },
  );
  return { clock, seen, limit };
}

describe('TimeLimits', () => {
  test('an idle lab is warned and then ended, once', () => {
    const { clock, seen } = limits({});
    clock.advance(54 * minute);
    expect(seen).toEqual([]);
    clock.advance(minute);
    expect(seen).toEqual(['warning: Nothing was typed for a while: this lab ends in 5 minutes.']);
    clock.advance(500 * minute);
    expect(seen.slice(1)).toEqual(['end: Nothing was typed for too long, so the lab was ended.']);
  });

  test('activity takes the warning back', () => {
    const { clock, seen, limit } = limits({});
    clock.advance(56 * minute);
    limit.touch();
    expect(seen.at(-1)).toBe('warning: null');
    clock.advance(54 * minute);
    expect(seen).toHaveLength(2);
  });

  test('the total time ends a busy lab too, unless it is extended, which works only so often', () => {
    const { clock, seen, limit } = limits({ idleMs: null, totalMs: 20 * minute, extensionMs: 10 * minute });
    clock.advance(16 * minute);
    expect(seen).toEqual(['warning: This lab ends in 5 minutes.']);
    expect(limit.extend()).toBe(true);
    expect(seen.at(-1)).toBe('warning: null');
    expect(limit.times()).toEqual({ idleMs: null, totalMs: 14 * minute, extensionsLeft: 1 });
    expect(limit.extend()).toBe(true);
    expect(limit.extend()).toBe(false);
    clock.advance(24 * minute);
    expect(seen.at(-1)).toBe('end: The time of this lab is over.');
  });

  test('without limits nothing happens', () => {
    const { clock, seen, limit } = limits({ idleMs: null, totalMs: null });
    clock.advance(1e9);
    expect(seen).toEqual([]);
    expect(limit.times()).toEqual({ idleMs: null, totalMs: null, extensionsLeft: 2 });
  });

  test('after dispose nothing happens', () => {
    const { clock, seen, limit } = limits({});
    limit.dispose();
    clock.advance(1e9);
    expect(seen).toEqual([]);
  });
});
