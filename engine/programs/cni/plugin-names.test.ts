import { expect, it } from 'vitest';
import { pluginTypes } from '../../cni';
import { pluginNames } from './plugin-names';

it('are those of all our plugins', () => {
  expect([...pluginNames]).toEqual([...pluginTypes].sort());
});
