import { expect, test } from 'vitest';
import { readHostSettings } from './settings';

const env = (values: Record<string, string>) => readHostSettings({ NODE_ENV: 'test', ...values });

test('defaults, and what the environment changes', () => {
  expect(env({})).toMatchObject({ times: { idleMs: 3_600_000, totalMs: 14_400_000 }, limits: { pids: 512, cpus: 1 } });
  expect(env({ UNDERLAY_IDLE_MS: '0', UNDERLAY_MAX_LABS: '2', UNDERLAY_GRACE_MS: '5' })).toMatchObject({
    maxLabs: 2,
    graceMs: 5,
    times: { idleMs: null },
  });
});

test('a value that cannot be used is named', () => {
  expect(() => env({ UNDERLAY_TOTAL_MS: 'soon' })).toThrow(/UNDERLAY_TOTAL_MS/);
  expect(() => env({ UNDERLAY_MAX_LABS: '0' })).toThrow(/UNDERLAY_MAX_LABS/);
  expect(() => env({ UNDERLAY_IDLE_MS: '-1' })).toThrow(/UNDERLAY_IDLE_MS/);
});
