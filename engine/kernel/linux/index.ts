export { lockFile } from './files/lock';
export { LinuxHost } from './host/host';
export { LinuxSystem } from './system';
export { LinuxTree } from './tree/tree';
