/** Random sequences until the time is up; what differs is made as short as it can be. */
import type { Kernel } from '../../../engine/kernel';
import { realHost } from '../hosts';
import { limits } from '../run';
import { compare, type Difference } from './play';
import type { Subject } from './subject';
import { subjects } from './subjects';

export interface FuzzOptions {
  /** Milliseconds since 1970. */
  endAt: number;
  seed: number;
  /** Only this one. */
  subject?: string;
  say(line: string): void;
}

export async function fuzz({
  endAt,
  seed,
  subject: only,
  say,
}: FuzzOptions): Promise<{ sequences: number; different: number }> {
  const chosen = subjects.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0)
    throw new Error(`there is no subject "${only}"; there are ${subjects.map(({ name }) => name).join(', ')}`);
  const outcome = { sequences: 0, different: 0 };
  const lab = await realHost().boot({ id: 'fuzz', machines: [{ id: 'lab', hostname: 'lab' }], links: [], limits });
  try {
    const machine = lab.machines.get('lab');
    if (!machine) throw new Error('the lab has no Machine');
    for (let round = 0; Date.now() < endAt; round++) {
      const subject = chosen[round % chosen.length];
      if (!subject) break;
      const batch = subject.sequences(subject.batch, seed + round);
      const differences = await compare(machine, subject, batch);
      outcome.sequences += batch.length;
      outcome.different += differences.length;
      for (const difference of differences.slice(0, 3)) say(await report(machine, subject, difference));
    }
  } finally {
    await lab.dispose();
  }
  return outcome;
}

async function report(machine: Kernel, subject: Subject, difference: Difference): Promise<string> {
  const { sequence, real, simulated } = await shorten(machine, subject, difference);
  return [
    `${subject.name}:`,
    ...sequence.operations.map((one) => `  ${JSON.stringify(one)}`),
    'real:',
    real,
    'simulated:',
    simulated,
  ].join('\n');
}

/** Leaves out one operation after another as long as they still differ. */
async function shorten(machine: Kernel, subject: Subject, difference: Difference): Promise<Difference> {
  let best = difference;
  for (let at = best.sequence.operations.length - 1; at >= 0; at--) {
    const [still] = await compare(machine, subject, [best.sequence.without(at)]);
    if (still) best = still;
  }
  return best;
}
