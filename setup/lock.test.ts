import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from './lock.mjs';

test('two holders of a lock come one after the other, and the second is told that it waits', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'underlay-lock-'));
  const path = join(directory, 'deep/er/.lock');
  const events: string[] = [];
  let release: (value: unknown) => void = () => {};
  const released = new Promise((resolve) => {
    release = resolve;
  });
  let secondWaits: (value: unknown) => void = () => {};
  const waiting = new Promise((resolve) => {
    secondWaits = resolve;
  });
  try {
    let held: (value: unknown) => void = () => {};
    const holding = new Promise((resolve) => {
      held = resolve;
    });
    const first = withLock(
      path,
      () => {},
      async () => {
        events.push('first in');
        held(undefined);
        await released;
        events.push('first out');
        return 1;
      },
    );
    await holding;
    const second = withLock(
      path,
      () => secondWaits(undefined),
      async () => {
        events.push('second in');
        return 2;
      },
    );
    await waiting;
    expect(events).toEqual(['first in']);
    release(undefined);
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(events).toEqual(['first in', 'first out', 'second in']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the lock is let go when the work throws', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'underlay-lock-'));
  const path = join(directory, '.lock');
  try {
    const failing = withLock(
      path,
      () => {},
      async () => {
        throw new Error('no');
      },
    );
    await expect(failing).rejects.toThrow('no');
    expect(
      await withLock(
        path,
        () => {},
        async () => 'again',
      ),
    ).toBe('again');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
