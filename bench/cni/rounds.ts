/**
 * One process of the bench, started in a network namespace of its own: adds a container to a network and deletes it, over and over,
 * in turns by each way of having plugins. Prints the times as JSON. `rounds.ts DIRECTORY NETNS COUNT EXECUTABLES ENGINE SOCKET`:
 * the directory of our executables, the engine they call, and where that listens.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { allPlugins, Cni, InProcessExecutor, type PluginExecutor, parseNetworkList } from '../../engine/cni';
import { askSocket, NodeCniFiles, NodeLeaseFiles, ProcessExecutor } from '../../engine/cni/host';
import { LinuxNetworks, lockFile } from '../../engine/kernel/linux';

const [, , directory = '', netns = '', count = '', executables = '', engineScript = '', socket = ''] = process.argv;
const processes = new ProcessExecutor(process.env);
const ours = allPlugins({
  networks: new LinuxNetworks(),
  files: new NodeLeaseFiles(lockFile),
  askDaemon: askSocket,
  executor: (all) => new InProcessExecutor(all, processes),
});

const ways: Array<[name: string, executor: PluginExecutor, path: string]> = [
  ['in process', new InProcessExecutor(ours, processes), '/usr/lib/cni'],
  ['debian', processes, '/usr/lib/cni'],
  ['executables', processes, executables],
];

const engine = spawn(process.execPath, [engineScript, '--serve'], { stdio: 'inherit' });
while (!existsSync(socket) && engine.exitCode === null) await setTimeout(10);

const list = (name: string) =>
  parseNetworkList(
    JSON.stringify({
      cniVersion: '1.0.0',
      name,
      plugins: [
        {
          type: 'bridge',
          bridge: 'cni0',
          isGateway: true,
          ipMasq: true,
          ipam: { type: 'host-local', dataDir: `${directory}/leases`, subnet: '10.87.0.0/16' },
        },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    }),
  );

const times: Record<string, number[]> = Object.fromEntries(ways.map(([name]) => [name, []]));
const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };

try {
  // The first round is for whatever has to be there once: the bridge, the chains.
  for (let round = 0; round <= Number(count); round++) {
    for (const [name, executor, path] of ways) {
      const network = list(name.replaceAll(' ', '-'));
      const cni = new Cni({ executor, files: new NodeCniFiles(), path: [path], cacheDirectory: `${directory}/cache` });
      const runtime = { containerId: `c${round}`, netns, ifname: 'eth0', capabilityArgs };
      const began = performance.now();
      await cni.add(network, runtime);
      await cni.del(network, runtime);
      if (round > 0) times[name]?.push(performance.now() - began);
    }
  }
} finally {
  engine.kill();
}
process.stdout.write(JSON.stringify(times));
