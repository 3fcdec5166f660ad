/** CNI's plugins in Machines of both kernels: the same answers, and the same networks. */
import { describe, expect, it } from 'vitest';
import { play, rareDevices, stories } from './cni-stories';
import { realHost, simulatedHost } from './hosts';

const real = realHost().availability();
if (!real.available) console.warn(`skipped: plugins on both kernels: ${real.reason}`);

describe.skipIf(!real.available)('plugins', () => {
  it.each(Object.entries(stories))('%s', async (_name, tell) => {
    const [simulated, expected] = await Promise.all([play(simulatedHost(), tell), play(realHost(), tell)]);
    expect(simulated).toEqual(expected);
  });
});

it('make devices of kinds that this computer may lack', async () => {
  const told = await play(simulatedHost(), rareDevices);
  expect(told.filter((text) => /^(ADD|CHECK|DEL)/.test(text) && !/: 0$/m.test(text))).toEqual([]);
  expect(told.filter((text) => text.startsWith('ADD'))).toHaveLength(4);
  expect(told.at(-1)).toMatch(/^[^\n]*\nlo +UNKNOWN[^\n]*\n$/);
});
