/** CNI's plugins in Machines of both kernels: the same answers, and the same networks. */
import { describe, expect, it } from 'vitest';
import { play, stories } from './cni-stories';
import { realHost, simulatedHost } from './hosts';

const real = realHost().availability();
if (!real.available) console.warn(`skipped: plugins on both kernels: ${real.reason}`);

describe.skipIf(!real.available)('plugins', () => {
  it.each(Object.entries(stories))('%s', async (_name, tell) => {
    const [simulated, expected] = await Promise.all([play(simulatedHost(), tell), play(realHost(), tell)]);
    expect(simulated).toEqual(expected);
  });
});
