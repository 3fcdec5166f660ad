import { expect, it } from 'vitest';
import { realHost, simulatedHost } from './hosts';
import { areAlike, outcomeOf } from './states';

const availability = realHost().availability();
if (!availability.available) console.warn(`skipped: states of labs on both kernels: ${availability.reason}`);

it.skipIf(!availability.available)('finds what is so in one lab only', async () => {
  const script = `ip netns add both
    if uname -r | grep -q underlay; then mkdir -p /m; mount -t tmpfs here /m; else ip link add br0 type bridge; fi`;
  const hosts = { real: realHost(), simulated: simulatedHost() };
  const { facts } = await outcomeOf(hosts, { name: 'unequal', script }, 'states', { patienceMs: 0 });
  if (!facts) throw new Error('no facts');
  expect(areAlike(facts)).toBe(false);
  const only = (these: readonly string[], those: readonly string[]) => these.filter((fact) => !those.includes(fact));
  expect(only(facts.real, facts.simulated)).toEqual([expect.stringMatching(/^device .*"br0"/)]);
  expect(only(facts.simulated, facts.real)).toEqual([expect.stringMatching(/^mount .*"\/m"/)]);
});
