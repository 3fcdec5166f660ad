import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { machineFiles, target } from './sim-files.mjs';

test('the simulated Machine has the same files of ours as the real one (else: node setup/sim-files.mjs)', () => {
  expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual(machineFiles());
});
