/** cnitool on the host's kernel (`engine/programs/cni/cnitool.ts`). */
import type { PluginExecutor } from '../../engine/cni';
import { askSocket, NodeLeaseFiles, ProcessExecutor } from '../../engine/cni/host';
import { LinuxNetworks, lockFile } from '../../engine/kernel/linux';
import { cnitool } from '../../engine/programs';

/** `executor`: how plugins are run; as processes, unless it knows better. */
export async function runTool(
  executor: (networks: LinuxNetworks, processes: ProcessExecutor) => PluginExecutor,
): Promise<void> {
  const networks = new LinuxNetworks();
  const plugins = executor(networks, new ProcessExecutor(process.env));
  process.exitCode = await cnitool({
    argv: process.argv.slice(1),
    env: process.env,
    cwd: process.cwd(),
    networks,
    files: new NodeLeaseFiles(lockFile),
    askDaemon: askSocket,
    executor: () => plugins,
    readInput: () => Promise.resolve(''),
    write: (stream, text) => void (stream === 1 ? process.stdout : process.stderr).write(text),
  });
  networks.dispose();
}
