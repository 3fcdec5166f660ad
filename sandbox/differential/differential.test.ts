import { describe, expect, test } from 'vitest';
import { realHost, simulatedHost } from './hosts';
import { knownDifferences } from './known-differences';
import { hasDriver, transcriptOn } from './run';
import type { Scenario } from './scenario';
import { subjects } from './scenarios';

const real = realHost();
const simulated = simulatedHost();
const availability = real.availability();
if (!availability.available) console.warn(`skipped, no real Machines here: ${availability.reason}`);

/** What the real kernel says; where it was built without the driver, what one that has it would say. */
async function expectedOf(scenario: Scenario, id: string): Promise<string> {
  const { driver } = scenario;
  if (driver === undefined) return transcriptOn(real, scenario, id);
  if (await hasDriver(real, driver.name)) expect(await transcriptOn(real, scenario, id)).toBe(driver.transcript);
  else console.info(`${scenario.name}: this kernel has no ${driver.name}, held to what is written down`);
  return driver.transcript;
}

describe.skipIf(!availability.available).each(Object.entries(subjects))('%s', (subject, scenarios) => {
  test.each(scenarios.map((scenario, number) => [scenario.name, scenario, number] as const))(
    '%s',
    async (name, scenario, number) => {
      const id = `differential-${subject}-${number}`;
      const expected = await expectedOf(scenario, id);
      const simulation = await transcriptOn(simulated, scenario, id);
      if (knownDifferences.has(`${subject}: ${name}`))
        expect(simulation, 'is equal now: take it off the known differences').not.toBe(expected);
      else expect(simulation).toBe(expected);
    },
  );
});

test('what is known to differ is among the scenarios', () => {
  const names = Object.entries(subjects).flatMap(([subject, scenarios]) =>
    scenarios.map(({ name }) => `${subject}: ${name}`),
  );
  const differ = [...knownDifferences.keys()];
  console.info(`${names.length} scenarios, of which ${differ.length} are known to differ:`);
  for (const [name, reason] of knownDifferences) console.info(`  ${name} - ${reason}`);
  expect(differ.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
