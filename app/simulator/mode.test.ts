import { expect, test } from 'vitest';
import { chosenMode } from './mode';

const real = { name: 'real', available: true } as const;
const noReal = { name: 'real', available: false, reason: 'not root' } as const;
const simulated = { name: 'simulated', available: true } as const;

test('the real kernel is preferred where there is one, and the learner’s choice where it can be had', () => {
  expect(chosenMode([real, simulated], null)).toBe('real');
  expect(chosenMode([noReal, simulated], null)).toBe('simulated');
  expect(chosenMode([real, simulated], 'simulated')).toBe('simulated');
  expect(chosenMode([noReal, simulated], 'real')).toBe('simulated');
  expect(chosenMode([real, simulated], 'something else')).toBe('real');
});
