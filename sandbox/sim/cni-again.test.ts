/** CNI's programs in a simulated Machine, played again: the same networks, the same records, step for step. */
import { expect, test } from 'vitest';
import { Replay, SimHost } from '../../engine/kernel/sim';
import { imageEntries, loadPrograms, program } from '../../engine/programs/simulated';
import { systemClock } from '../lab';

const list = {
  cniVersion: '1.0.0',
  name: 'lab',
  plugins: [
    { type: 'bridge', isGateway: true, ipMasq: true, ipam: { type: 'host-local', subnet: '10.5.0.0/24' } },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};
const spec = {
  id: 'cni-again',
  machines: [
    {
      id: 'lab',
      hostname: 'lab',
      files: { '/etc/cni/net.d/lab.conflist': { content: JSON.stringify(list) } },
      setup: 'for n in a b c; do ip netns add $n; done; cnitool add lab /run/netns/a',
    },
  ],
  links: [],
  limits: { pids: 100, memoryBytes: 128 << 20, cpus: 1, diskBytes: 16 << 20 },
};

test('calls at the same time, a call that is killed, and what they leave', async () => {
  await loadPrograms();
  const epoch = Date.UTC(2026, 0, 1);
  const options = { image: await imageEntries(), programs: program };
  const pace = { now: systemClock.now, after: systemClock.after };
  const lab = await new SimHost({ ...options, wallClock: () => epoch, pace }).boot(spec);
  try {
    const script = `export CAP_ARGS='{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]}'
      cnitool add lab /run/netns/b & cnitool add lab /run/netns/c & wait
      cnitool del lab /run/netns/b & kill -9 $!; cnitool del lab /run/netns/c; ls /var/log/cni; ip -br link; nft list ruleset`;
    const child = await lab.machines.get('lab')?.spawn({ argv: ['bash', '-c', script] });
    expect((await child?.result)?.exitCode).toBe(0);
    const { simulation } = lab;
    if (!simulation) throw new Error('not simulated');
    simulation.setSpeed(0);
    const { now } = simulation.time;
    await simulation.rewind(now);
    const end = { step: simulation.time.step, at: now, mark: simulation.mark() };
    const turn = () => new Promise<void>((resolve) => systemClock.soon(resolve));
    const played = await Replay.boot({ spec, seed: simulation.seed, epoch, ...options, turn }, simulation.actions, end);
    while (await played.play());
    expect(played.mark()).toBe(end.mark);
  } finally {
    await lab.dispose();
  }
});
