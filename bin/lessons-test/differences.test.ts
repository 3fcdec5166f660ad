import { expect, test } from 'vitest';
import { differencesOf } from './differences';

test('facts are compared by how often they hold, and a lesson must be told of by both', () => {
  expect(differencesOf({ '1.1': ['a', 'b', 'b'] }, { '1.1': ['b', 'a', 'b'] })).toEqual([
    { lesson: '1.1', facts: 3, differences: [] },
  ]);
  const [changed, missing] = differencesOf({ '1.1': ['a', 'b', 'b'], '1.2': ['a'] }, { '1.1': ['b', 'c'] });
  expect(changed?.differences).toEqual(['real only: a', 'real only: b', 'simulated only: c']);
  expect(missing?.differences).toEqual(['only on the real kernel']);
});
