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
    // Children that end while we look, of a parent that waits for nobody once it is sleep.
    await lab.run(
      `bash -c 'for i in $(seq ${count}); do sleep 2.$((i % 10)) & done; exec sleep 1000' < /dev/null > /dev/null 2>&1 & echo`,
    );
    // Asked all the time, so that some are read while they are neither alive nor dead.
    const deadline = Date.now() + 30_000;
    let zombies = 0;
    while (zombies < count && Date.now() < deadline) {
      const { processes } = await lab.observer.inspect();
      zombies = Object.values(processes).filter((process) => process.state === 'zombie').length;
    }
    expect(zombies).toBe(count);
  });
});
