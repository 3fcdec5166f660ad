import { describe, expect, it } from 'vitest';
import { runPlan } from '../linux/birth';
import { carryOut } from '../sim/plan';
import { bootTest } from '../sim/testing/boot';
import type { Plan } from './plan';
import { begin, type PlanScenario, planScenarios } from './testing/scenarios';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: plans on the real kernel need root');

function planOf({ name, steps }: PlanScenario): Plan {
  return { name, steps: [...begin, ...steps, { exit: 0 }] };
}

/** Its reports, or its failure, one a line. */
async function onLinux(plan: Plan): Promise<string[]> {
  const birth = runPlan(plan);
  const ended = new Promise((resolve) => birth.child.once('close', resolve));
  try {
    return (await birth.done).map(({ name, value }) => `${name}: ${value}`);
  } catch (error) {
    return [String(error)];
  } finally {
    await ended;
  }
}

function onSim(plan: Plan): string[] {
  const told: string[] = [];
  let failure: Error | null = null;
  bootTest({
    *main(sys) {
      return yield* carryOut(sys, plan, {
        report: (name, value) => void told.push(`${name}: ${value}`),
        failed: (error) => {
          failure ??= error;
        },
        closed: () => undefined,
      });
    },
    // biome-ignore lint/correctness/useYield: it ends at once.
    *true() {
      return 0;
    },
  });
  return failure ? [String(failure)] : told;
}

describe.skipIf(!isRoot)('a plan on both kernels', () => {
  for (const scenario of planScenarios) {
    it(scenario.name, async () => {
      expect(onSim(planOf(scenario))).toEqual(await onLinux(planOf(scenario)));
    });
  }
});
