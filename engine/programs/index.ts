/** Programs of ours that a learner finds in a Machine, written once for both kernels. */
export { callPlugin, cnitool } from './cni';
export { imageProgram, underlayImage } from './image/image';
export { platformDirectories } from './platform';
export { runc } from './runc/runc';
