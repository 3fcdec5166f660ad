/** CNI on this computer: files and processes of Node's. */

export { askSocket, listenOn } from './dhcp-socket';
export { NodeCniFiles, NodeLeaseFiles } from './node-files';
export { ProcessExecutor } from './process-executor';
