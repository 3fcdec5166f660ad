/**
 * The daemon of the CNI plugin `dhcp`: asks servers for addresses in containers' networks, and keeps their leases.
 * `node --import tsx bin/cni-dhcp.ts [--socket PATH]`; ends at SIGTERM.
 */
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { answerCall, DhcpDaemon, defaultSocket } from '../engine/cni';
import { listenOn } from '../engine/cni/host';
import { LinuxNetworks, LinuxPacketSockets } from '../engine/kernel/linux';

const program = new Command('cni-dhcp').option('--socket <path>', 'where the plugin finds it', defaultSocket).parse();
const { socket } = program.opts<{ socket: string }>();

const packets = new LinuxPacketSockets();
const daemon = new DhcpDaemon({
  packets,
  networks: new LinuxNetworks(),
  timers: {
    after(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  },
  random: () => randomInt(2 ** 32),
  log: (line) => process.stderr.write(`${line}\n`),
});

const server = await listenOn(socket, (line) => answerCall(daemon, line));
process.stdout.write(`listening on ${socket}\n`);

async function stop(): Promise<void> {
  server.close();
  await daemon.dispose();
  packets.dispose();
  process.exit(0);
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
