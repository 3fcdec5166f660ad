export { Caller } from './client/caller';
export { clientImage, declined } from './client/client-image';
export { lockFile } from './files/lock';
export { LinuxHost } from './host/host';
export {
  type CommandLine,
  type LauncherClient,
  LauncherServer,
  launcherProgram,
  residentSystem,
} from './launcher';
export { LinuxNetworks } from './network/networks';
export { LinuxPacketSockets } from './network/packet-socket';
export { LaunchedProcess, NodeProcess } from './program/node-process';
export { inNetworkNamespace } from './syscall';
export { LinuxSystem } from './system';
export { LinuxTree } from './tree/tree';
