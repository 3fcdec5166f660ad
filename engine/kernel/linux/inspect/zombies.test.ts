import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: zombies of the real kernel (${reason})`);

describe.skipIf(reason)('zombies of a lab', () => {
  let lab: ScratchMachine;
  beforeEach(async () => {
    lab = await ScratchMachine.start();
  });
  afterEach(() => lab.dispose());

  it('are all seen, even those that were read in the middle of their end', async () => {
    const count = 150;
    // Children that end one after the other while we look, of a parent that never waits.
    await lab.run(
      `bash -c 'for i in $(seq ${count}); do sleep 0.$((i % 10)) & done; exec sleep 1000' < /dev/null > /dev/null 2>&1 & echo`,
    );
    const zombies = await lab.until((state) => {
      const ended = Object.values(state.processes).filter((process) => process.state === 'zombie');
      return ended.length >= count && ended;
    });
    expect(zombies).toHaveLength(count);
  });
});
