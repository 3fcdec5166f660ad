/** cnitool and plugins as programs: what the real kernel said once, the simulated one says, too. */
import { describe, expect, it, test } from 'vitest';
import { cannotBuildEngineTree, ensureEngineTree } from '../../setup/engine-tree.mjs';
import { cniScenarios } from './cni-scenarios';
import { recordedTranscripts } from './fixtures/transcripts';
import { realHost, simulatedHost } from './hosts';
import { transcriptOn } from './run';
import { outcomeOf } from './states';

const recorded = recordedTranscripts();

test('all are recorded', () => {
  expect(Object.keys(recorded)).toEqual(cniScenarios.map(({ name }) => name));
});

describe('cnitool and plugins', () => {
  it.each(cniScenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
    expect(await transcriptOn(simulatedHost(), scenario, 'cni-programs')).toBe(recorded[name]);
  });
});

const availability = realHost().availability();
const obstacle = availability.available ? cannotBuildEngineTree() : availability.reason;
if (obstacle) console.warn(`skipped: cnitool in a real Machine: ${obstacle}`);

test.skipIf(obstacle)(
  'the real kernel still says what is recorded, and the labs tell the same of themselves',
  async () => {
    await ensureEngineTree();
    const [scenario] = cniScenarios;
    if (!scenario) throw new Error('there is no scenario');
    const hosts = { real: realHost(), simulated: simulatedHost() };
    const { expected, facts } = await outcomeOf(hosts, scenario, 'cni-programs');
    expect(expected).toBe(recorded[scenario.name]);
    expect(facts?.simulated).toEqual(facts?.real);
  },
);
