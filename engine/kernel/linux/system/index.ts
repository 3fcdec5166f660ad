export { LinuxSystem } from './system';
