import { describe, expect, test } from 'vitest';
import { realHost, simulatedHost } from './hosts';
import { knownDifferences } from './known-differences';
import { transcriptOn } from './run';
import { subjects } from './scenarios';

const real = realHost();
const simulated = simulatedHost();
const availability = real.availability();
if (!availability.available) console.warn(`skipped, no real Machines here: ${availability.reason}`);

describe.skipIf(!availability.available).each(Object.entries(subjects))('%s', (subject, scenarios) => {
  test.each(scenarios.map((scenario, number) => [scenario.name, scenario, number] as const))(
    '%s',
    // Signals on a busy real kernel may come in another order once; a difference that means something stays.
    { retry: 2 },
    async (name, scenario, number) => {
      const id = `differential-${subject}-${number}`;
      const [expected, simulation] = [
        await transcriptOn(real, scenario, id),
        await transcriptOn(simulated, scenario, id),
      ];
      if (!knownDifferences.has(`${subject}: ${name}`)) expect(simulation).toBe(expected);
      else if (simulation === expected)
        console.warn(`${subject}: ${name} is equal now: take it off the known differences`);
    },
  );
});

test('what is known to differ is among the scenarios', () => {
  const all = new Set(
    Object.entries(subjects).flatMap(([subject, scenarios]) => scenarios.map(({ name }) => `${subject}: ${name}`)),
  );
  const differ = [...knownDifferences.keys()];
  console.info(`${all.size} scenarios, of which ${differ.length} are known to differ:`);
  for (const [name, reason] of knownDifferences) console.info(`  ${name} - ${reason}`);
  expect(differ.filter((name) => !all.has(name))).toEqual([]);
});
