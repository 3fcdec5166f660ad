/** CNI in a Machine: the same plugins, written in shell, called by the same library, on both kernels. */
import { describe, expect, it } from 'vitest';
import { Cni, hostLocal, loadNetwork, MachineExecutor, MachineFiles, runPlugin } from '../../engine/cni';
import type { Kernel, KernelHost } from '../../engine/kernel';
import { realHost, simulatedHost } from './hosts';

/** A plugin of the kind a learner writes: it takes its address from the IPAM plugin and notes what it was called with. */
const plugin = `#!/bin/bash
stdin=$(cat)
echo "$CNI_COMMAND $CNI_CONTAINERID $CNI_IFNAME $CNI_NETNS $stdin" >> /root/calls
case "$CNI_COMMAND" in
  ADD) echo '{"cniVersion":"1.0.0","interfaces":[{"name":"'$CNI_IFNAME'"}],"ips":[{"address":"10.5.0.2/24"}]}' ;;
  VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}' ;;
  CHECK) echo '{"cniVersion":"1.0.0","code":101,"msg":"the bridge is gone"}'; exit 1 ;;
esac
`;
const network = { cniVersion: '1.0.0', name: 'lab', plugins: [{ type: 'mine', bridge: 'br0' }, { type: 'mine' }] };
const runtime = { containerId: 'c1', netns: '/run/netns/c1', ifname: 'eth0' };

async function onMachine<T>(host: KernelHost, work: (machine: Kernel) => Promise<T>): Promise<T> {
  const lab = await host.boot({
    id: 'cni',
    machines: [
      {
        id: 'lab',
        hostname: 'lab',
        files: {
          '/opt/cni/bin/mine': { content: plugin, mode: 0o755 },
          '/etc/cni/net.d/10-lab.conflist': { content: JSON.stringify(network) },
        },
      },
    ],
    links: [],
    limits: { pids: 100, memoryBytes: 128 << 20, cpus: 1, diskBytes: 32 << 20 },
  });
  try {
    const machine = lab.machines.get('lab');
    if (!machine) throw new Error('no Machine');
    return await work(machine);
  } finally {
    await lab.dispose();
  }
}

/** All that can be seen of a network's life. */
async function life(machine: Kernel) {
  const files = new MachineFiles(machine);
  const cni = new Cni({ executor: new MachineExecutor(machine), files, path: ['/nowhere', '/opt/cni/bin'] });
  const list = await loadNetwork(files, '/etc/cni/net.d', 'lab');
  const result = await cni.add(list, runtime);
  const kept = await files.read('/var/lib/cni/results/lab-c1-eth0');
  const check = await cni.check(list, runtime).catch((error: unknown) => String(error));
  await cni.del(list, runtime);
  const left = await files.list('/var/lib/cni/results');
  return { result, kept, check, left, calls: await files.read('/root/calls'), valid: await cni.validate(list) };
}

/** host-local with the Machine's files: forty at once, then one too many of a small range. */
async function addresses(machine: Kernel) {
  const files = new MachineFiles(machine);
  const call = (command: string, id: string, subnet: string) =>
    runPlugin(
      hostLocal(files),
      { CNI_COMMAND: command, CNI_CONTAINERID: id, CNI_NETNS: '/n', CNI_IFNAME: 'eth0', CNI_PATH: '/' },
      JSON.stringify({ cniVersion: '1.0.0', name: 'lab', ipam: { type: 'host-local', subnet } }),
    );
  const added = await Promise.all(Array.from({ length: 40 }, (_, at) => call('ADD', `c${at}`, '10.6.0.0/24')));
  await call('DEL', 'c7', '10.6.0.0/24');
  const names = await files.list('/var/lib/cni/networks/lab');
  return { added: added.map(({ stdout }) => /10\.6\.0\.\d+(?=\/)/.exec(stdout)?.[0]), names };
}

const real = realHost().availability();
if (!real.available) process.stderr.write(`skipped: ${real.reason}\n`);

describe.skipIf(!real.available)('CNI', () => {
  it('does the same on both kernels', async () => {
    const story = async (machine: Kernel) => ({ life: await life(machine), addresses: await addresses(machine) });
    const simulated = await onMachine(simulatedHost(), story);
    expect(simulated.life).toMatchObject({ result: { ips: [{ address: '10.5.0.2/24' }] }, left: [] });
    expect(simulated.life.check).toContain('the bridge is gone');
    expect(new Set(simulated.addresses.added).size).toBe(40);
    expect(simulated.addresses.names).not.toContain('10.6.0.9');
    expect(simulated).toEqual(await onMachine(realHost(), story));
  });
});
