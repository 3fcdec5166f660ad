/**
 * What a real and a simulated lab tell of themselves (`LabState`) once both have come to rest: the same facts, but for what
 * `maskedState` leaves out.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { KernelHost, LabKernel, Simulation } from '../../engine/kernel';
import { maskedState } from '../../engine/state/masked-state';
import { inLab, transcriptOf } from './run';
import type { Scenario } from './scenario';

/** Carriers follow, dead namespaces go and loops of programs end some time later. */
const defaultPatienceMs = 4000;
const gapMs = 50;

export interface Facts {
  real: readonly string[];
  simulated: readonly string[];
}

/** Transcripts of the scenario on both kernels, and what was true at its end, where that is asked for. */
export interface Outcome {
  expected: string;
  simulation: string;
  facts: Facts | null;
}

export interface Hosts {
  real: KernelHost;
  simulated: KernelHost;
}

export function outcomeOf(
  hosts: Hosts,
  scenario: Scenario,
  id: string,
  { withStates = true, patienceMs = defaultPatienceMs } = {},
): Promise<Outcome> {
  return inLab(hosts.real, id, (real) =>
    inLab(hosts.simulated, id, async (simulated) => {
      const [expected, simulation] = await Promise.all([
        transcriptOf(real, scenario),
        transcriptOf(simulated, scenario).then((transcript) => {
          // A lab nobody waits for would live through hours while the real one is looked at.
          simulated.simulation?.setSpeed(0);
          return transcript;
        }),
      ]);
      return { expected, simulation, facts: withStates ? await settledFacts(real, simulated, patienceMs) : null };
    }),
  );
}

export async function factsOf(lab: LabKernel): Promise<string[]> {
  return maskedState(await lab.inspect());
}

/** Asks both until their answers agree; answers that never do are the last ones. */
async function settledFacts(real: LabKernel, simulated: LabKernel, patienceMs: number): Promise<Facts> {
  const { simulation } = simulated;
  if (!simulation) throw new Error('the second lab is not simulated');
  for (const deadline = performance.now() + patienceMs; ; ) {
    const facts = { real: await factsOf(real), simulated: await factsOf(simulated) };
    if (areAlike(facts) || performance.now() > deadline) return facts;
    await Promise.all([sleep(gapMs), goOn(simulation)]);
  }
}

export function areAlike({ real, simulated }: Facts): boolean {
  return real.join('\n') === simulated.join('\n');
}

async function goOn(simulation: Simulation): Promise<void> {
  const until = simulation.time.now + gapMs * 1_000_000;
  while (simulation.time.now < until && simulation.step()) await setImmediate();
}
