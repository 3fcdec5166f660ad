import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountsIn } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: a large lab on the real kernel (${reason})`);

const processes = 2000;
const mounts = 5000;
const mountAll = `
import ctypes, os
c = ctypes.CDLL(None, use_errno=True)
os.mkdir('/mnt/many')
for i in range(${mounts}):
  p = '/mnt/many/%d' % i
  os.mkdir(p)
  assert c.mount(b'/usr', p.encode(), None, 4096, None) == 0, ctypes.get_errno()`;

describe.skipIf(reason)('a lab with 2,000 processes and 5,000 mounts', () => {
  let lab: ScratchMachine;
  beforeAll(async () => {
    lab = await ScratchMachine.start();
    await lab.run(`python3 -c "${mountAll}"`);
    await lab.run(`for i in $(seq ${processes}); do sleep 10000 & done 2>/dev/null; true`);
  });
  afterAll(() => lab?.dispose());

  it('is read completely', async () => {
    const sleeping = await lab.until((state) => {
      const found = Object.values(state.processes).filter(({ command }) => command === 'sleep');
      return found.length === processes && found;
    }, 50_000);
    expect(new Set(sleeping.map(({ pid }) => pid)).size).toBe(processes);
    const own = lab.observer.state.machines.lab?.namespaces.mnt ?? 'mnt:0';
    const many = mountsIn(lab.observer.state, own).filter(({ mountPoint }) => mountPoint.startsWith('/mnt/many/'));
    expect(many.length).toBe(mounts);
  });

  it('costs its share of a core and no more while it changes all the time', async () => {
    const before = { ...lab.stats, at: performance.now() };
    await lab.run('for i in $(seq 40); do mount --bind /usr /mnt/many/7 && umount /mnt/many/7 && sleep 0.05; done');
    const { scans, costMs } = lab.stats;
    const share = (costMs - before.costMs) / (performance.now() - before.at);
    expect(scans).toBeGreaterThan(before.scans);
    // One part in 20, and room for a scan that ended within the time but was begun before it.
    expect(share).toBeLessThan(0.15);
    expect(lab.stats.failures).toBe(0);
  });

  it('still shows a change', async () => {
    await lab.run('hostname large');
    await lab.until(({ namespaces }) => Object.values(namespaces).some(({ hostname }) => hostname === 'large'), 30_000);
  });
});
