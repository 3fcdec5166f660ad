import { describe, expect, test } from 'vitest';
import { realHost, simulatedHost } from './hosts';
import { transcriptOn } from './run';
import { subjects } from './scenarios';

const real = realHost();
const simulated = simulatedHost();
const availability = real.availability();
if (!availability.available) console.warn(`skipped, no real Machines here: ${availability.reason}`);

describe.skipIf(!availability.available).each(Object.entries(subjects))('%s', (subject, scenarios) => {
  test.each(scenarios.map((scenario, number) => [scenario.name, scenario, number] as const))(
    '%s',
    async (_, scenario, number) => {
      const id = `differential-${subject}-${number}`;
      const expected = await transcriptOn(real, scenario, id);
      expect(await transcriptOn(simulated, scenario, id)).toBe(expected);
    },
  );
});
