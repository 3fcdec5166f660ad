/** cnitool on this computer (`engine/programs/cni/cnitool.ts`). */
import { askSocket, NodeLeaseFiles, ProcessExecutor } from '../engine/cni/host';
import { LinuxNetworks, lockFile } from '../engine/kernel/linux';
import { cnitool } from '../engine/programs';

const processes = new ProcessExecutor(process.env);

void cnitool({
  argv: process.argv.slice(1),
  env: process.env,
  cwd: process.cwd(),
  networks: new LinuxNetworks(),
  files: new NodeLeaseFiles(lockFile),
  askDaemon: askSocket,
  executor: () => processes,
  readInput: () => Promise.resolve(''),
  write: (stream, text) => void (stream === 1 ? process.stdout : process.stderr).write(text),
}).then((status) => {
  process.exitCode = status;
});
