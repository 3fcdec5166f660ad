import { expect, test } from 'vitest';
import { labImages } from '../../engine/image';
import { labImageFiles } from '../../engine/programs/simulated';
import { simulatedLayout } from './simulated';

test('the images of simulated Machines are what they are written down to be made of', async () => {
  expect(await simulatedLayout(), 'npm run images:record').toEqual(await labImageFiles());
});

test('their names and what they lie on are those of real Machines', async () => {
  const index = (await labImageFiles()).find(({ path }) => path === 'index.json');
  const names = [...(index && 'text' in index ? index.text : '').matchAll(/ref\.name":"([^"]*)"/g)].map(
    ([, name]) => name,
  );
  expect(names).toEqual(labImages.map(({ name }) => name));
});
