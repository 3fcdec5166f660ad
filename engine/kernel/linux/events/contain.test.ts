import { expect, test } from 'vitest';
import { contain } from './contain';

test('a callback that fails is reported, and nothing else happens', async () => {
  const warned = new Promise((resolve) => process.once('warning', resolve));
  contain(() => {
    throw new Error('a mistake in a listener');
  });
  expect(await warned).toMatchObject({ message: 'a mistake in a listener' });
});
