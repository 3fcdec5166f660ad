export { lockFile } from './files/lock';
export { LinuxHost } from './host/host';
export { LinuxSystem } from './system';
