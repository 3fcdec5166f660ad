import { describe, expect, test } from 'vitest';
import { realHost } from '../hosts';
import { limits } from '../run';
import { compare } from './play';
import { subjects } from './subjects';

/** One batch of each: enough to notice a mistake, few enough for every run; `npm run fuzz` goes on from there. */
const seed = 20_261_126;

const real = realHost();
const availability = real.availability();
if (!availability.available) console.warn(`skipped, no real Machines here: ${availability.reason}`);

describe.skipIf(!availability.available)('random operations have the same outcome on both kernels', () => {
  test.each(subjects.map((subject) => [subject.name, subject] as const))('%s', async (_, subject) => {
    const lab = await real.boot({
      id: `fuzz-${subject.name.replaceAll(' ', '-')}`,
      machines: [{ id: 'lab', hostname: 'lab' }],
      links: [],
      limits,
    });
    try {
      const machine = lab.machines.get('lab');
      if (!machine) throw new Error('the lab has no Machine');
      const differences = await compare(machine, subject, subject.sequences(subject.batch, seed));
      console.log(`${subject.name}: ${subject.batch} sequences, ${differences.length} differ`);
      const [first] = differences;
      expect(first?.simulated, JSON.stringify(first?.sequence.operations)).toBe(first?.real);
    } finally {
      await lab.dispose();
    }
  });
});
