import { beforeAll, describe, expect, test } from 'vitest';
import { realHost, simulatedHost } from './hosts';
import { differentStates, knownDifferences } from './known-differences';
import { hasDriver, inLab, transcriptOn } from './run';
import type { Scenario } from './scenario';
import { subjects } from './scenarios';
import { areAlike, type Facts, factsOf, type Outcome, outcomeOf } from './states';

const real = realHost();
const simulated = simulatedHost();
const availability = real.availability();
if (!availability.available) console.warn(`skipped, no real Machines here: ${availability.reason}`);

/** Of these the labs' states are compared as well. */
const withStates: readonly string[] = ['mounts', 'overlay', 'network', 'runtime'];
const fewestStates = 100;
const states = { compared: 0, other: 0, differ: 0 };
let atTheStart = '';

beforeAll(async () => {
  atTheStart = (await inLab(simulated, 'differential-start', factsOf)).join('\n');
});

/** Where the real kernel was built without the driver, what one that has it would say is expected. */
async function outcomeWithDriver(
  scenario: Scenario,
  { name, transcript }: NonNullable<Scenario['driver']>,
  id: string,
): Promise<Outcome> {
  if (await hasDriver(real, name)) expect(await transcriptOn(real, scenario, id)).toBe(transcript);
  else console.info(`${scenario.name}: this kernel has no ${name}, held to what is written down`);
  return { expected: transcript, simulation: await transcriptOn(simulated, scenario, id), facts: null };
}

function count(facts: Facts): void {
  states.compared += 1;
  if (facts.real.join('\n') !== atTheStart) states.other += 1;
  if (!areAlike(facts)) states.differ += 1;
}

describe.skipIf(!availability.available).each(Object.entries(subjects))('%s', (subject, scenarios) => {
  test.each(scenarios.map((scenario, number) => [scenario.name, scenario, number] as const))(
    '%s',
    async (name, scenario, number) => {
      const id = `differential-${subject}-${number}`;
      const { expected, simulation, facts } = scenario.driver
        ? await outcomeWithDriver(scenario, scenario.driver, id)
        : await outcomeOf({ real, simulated }, scenario, id, { withStates: withStates.includes(subject) });
      const full = `${subject}: ${name}`;
      if (facts) count(facts);
      if (knownDifferences.has(full))
        expect(simulation, 'is equal now: take it off the known differences').not.toBe(expected);
      else expect(simulation).toBe(expected);
      if (differentStates.has(full))
        expect(facts?.simulated, 'are equal now: take them off the different states').not.toEqual(facts?.real);
      else expect(facts?.simulated, 'the states of the labs').toEqual(facts?.real);
    },
  );
});

test.skipIf(!availability.available)('the states of enough scenarios were compared', () => {
  const { compared, other, differ } = states;
  console.info(`${compared} states compared, ${other} of them other than at the start, ${differ} differ`);
  for (const [name, reason] of differentStates) console.info(`  ${name} - ${reason}`);
  expect(other).toBeGreaterThanOrEqual(fewestStates);
});

test('what is known to differ is among the scenarios', () => {
  const names = Object.entries(subjects).flatMap(([subject, scenarios]) =>
    scenarios.map(({ name }) => `${subject}: ${name}`),
  );
  const differ = [...knownDifferences.keys()];
  console.info(`${names.length} scenarios, of which ${differ.length} are known to differ:`);
  for (const [name, reason] of knownDifferences) console.info(`  ${name} - ${reason}`);
  expect([...differ, ...differentStates.keys()].filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
