export { LinuxHost } from './host/host';
