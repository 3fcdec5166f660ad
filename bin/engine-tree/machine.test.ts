/** Our programs in a real Machine, typed as a learner would. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernel, LabKernel } from '../../engine/kernel';
import { LinuxHost } from '../../engine/kernel/linux';
import { cannotBuildEngineTree, ensureEngineTree } from '../../setup/engine-tree.mjs';
import { layerPaths, rootfsPath } from '../../setup/paths.mjs';

const host = new LinuxHost({ rootfs: rootfsPath(), layers: layerPaths() });
const availability = host.availability();
const obstacle = availability.available ? cannotBuildEngineTree() : availability.reason;
if (obstacle) console.warn(`skipped, no real Machines here: ${obstacle}`);

const bundle = `
mkdir -p ~/box/rootfs/bin && cd ~/box && cp /usr/bin/busybox rootfs/bin/
for name in sh sleep id cat; do ln -s busybox rootfs/bin/$name; done
configure() { jq "$1" config.json > changed.json && mv changed.json config.json; }
`;

describe.skipIf(obstacle)('in a real Machine', () => {
  let lab: LabKernel;
  let machine: Kernel;
  beforeAll(async () => {
    await ensureEngineTree();
    const limits = { pids: 200, memoryBytes: 256 << 20, cpus: 2, diskBytes: 64 << 20 };
    lab = await host.boot({ id: 'engine-tree', machines: [{ id: 'lab', hostname: 'lab' }], links: [], limits });
    const [only] = lab.machines.values();
    if (!only) throw new Error('the lab has no Machine');
    machine = only;
  }, 60_000);
  afterAll(() => lab?.dispose());

  async function bash(script: string, user: 'root' | 'learner' = 'root') {
    const process = await machine.spawn({ argv: ['bash', '-c', script], user });
    const { stdout, stderr, exitCode } = await process.result;
    const [out, err] = [stdout, stderr].map((bytes) => Buffer.from(bytes).toString('utf8'));
    return { out, err, exitCode };
  }

  it('runc takes a container through its life, and leaves nothing', async () => {
    const { out, err } = await bash(`${bundle}
      runc spec
      configure '.process.terminal = false | .process.args = ["sh", "-c", "cat /proc/self/cgroup; exec sleep 100"]
        | .linux.resources.memory.limit = 16777216'
      runc create box && runc start box && runc state box | jq -r .status
      runc exec box id -u; runc exec box sh -c 'exit 7'; echo $?
      cat /sys/fs/cgroup/{memory/box/memory.limit_in_bytes,box/memory.max} 2>/dev/null
      ps -o comm= -e | sort -u | paste -sd ' '
      runc pause box; runc list -q; runc resume box; runc kill box KILL
      while runc state box | grep -q running; do sleep 0.05; done
      runc delete box; runc list | wc -l; find /sys/fs/cgroup -name box; ls /run/runc`);
    expect(err).toBe('');
    const lines = out?.trim().split('\n') ?? [];
    const cgroups = lines.filter((line) => /^\d+:/.test(line));
    expect(cgroups.length).toBeGreaterThan(0);
    expect(cgroups.every((line) => line.endsWith(':/box'))).toBe(true);
    const rest = lines.filter((line) => !cgroups.includes(line));
    expect(rest).toEqual(['running', '0', '7', '16777216', expect.not.stringMatching(/node|runc/), 'box', '1']);
  });

  it('runc is no stranger in ps while it runs', async () => {
    const { out } = await bash(`${bundle}
      configure '.process.args = ["sleep", "100"]'
      runc run seen & until runc list -q | grep -q seen; do sleep 0.05; done
      ps -o comm=,args= -p $!; runc delete --force seen; wait`);
    expect(out).toBe('runc            runc run seen\n');
  });

  it('runc works for a user who is not root, in a user namespace', async () => {
    const { out, err } = await bash(
      `${bundle}
      runc spec --rootless
      configure '.process.terminal = false | .process.args = ["sh", "-c", "id -u; cat /proc/self/uid_map"]'
      runc --root /tmp/learner run own
      configure '.linux.uidMappings += [{containerID: 1, hostID: 100000, size: 10}]
        | .linux.gidMappings = .linux.uidMappings | .process.args = ["cat", "/proc/self/gid_map"]'
      runc --root /tmp/learner run more; ls /tmp/learner`,
      'learner',
    );
    expect([out?.trim().split(/\s+/).join(' '), err]).toEqual(['0 0 1000 1 0 1000 1 1 100000 10', '']);
  });

  it('cnitool attaches a namespace to a bridge, checks it and detaches it', async () => {
    const network = {
      cniVersion: '1.0.0',
      name: 'net',
      plugins: [
        { type: 'bridge', bridge: 'br0', isGateway: true, ipam: { type: 'host-local', subnet: '10.7.0.0/24' } },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    };
    const { out, err } = await bash(`
      echo '${JSON.stringify(network)}' > /etc/cni/net.d/net.conflist
      export CNI_PATH=/opt/cni/bin CAP_ARGS='{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]}'
      ip netns add box
      cnitool add net /run/netns/box | jq -r '.ips[0].address'
      cnitool check net /run/netns/box; echo $?
      ping -c 1 -q 10.7.0.2 > /dev/null; echo $?
      cnitool del net /run/netns/box
      ip -n box -br link | wc -l; ls /var/lib/cni/results | wc -l; ls /var/lib/cni/networks/net | grep -c '^10'`);
    expect([out?.trim().split('\n'), err]).toEqual([['10.7.0.2/24', '0', '0', '1', '0', '0'], '']);
  });
});
