/** CNI's plugins in Machines of both kernels: the same answers, and the same networks. */
import { beforeAll, describe, expect, it } from 'vitest';
import { play, rareDevices, stories } from './cni-stories';
import { realHost, simulatedHost } from './hosts';

const real = realHost().availability();
if (!real.available) console.warn(`skipped: plugins on both kernels: ${real.reason}`);

describe.skipIf(!real.available)('plugins', () => {
  const tells = Object.values(stories);
  let simulated: string[][] = [];
  let expected: string[][] = [];
  beforeAll(async () => {
    [simulated, expected] = await Promise.all([play(simulatedHost(), tells), play(realHost(), tells)]);
  }, 120_000);

  it.each(Object.keys(stories).map((name, at) => [name, at] as const))('%s', (_name, at) => {
    expect(expected[at]?.length).toBeGreaterThan(0);
    expect(simulated[at]).toEqual(expected[at]);
  });
});

it('make devices of kinds that this computer may lack', async () => {
  const [told = []] = await play(simulatedHost(), [rareDevices]);
  expect(told.filter((text) => /^(ADD|CHECK|DEL)/.test(text) && !/: 0$/m.test(text))).toEqual([]);
  expect(told.filter((text) => text.startsWith('ADD'))).toHaveLength(4);
  expect(told.at(-1)).toMatch(/^[^\n]*\nlo +UNKNOWN[^\n]*\n$/);
});
