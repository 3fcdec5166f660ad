export { lockFile } from './files/lock';
export { LinuxHost } from './host/host';
