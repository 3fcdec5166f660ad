export { isMachine } from './architectures';
export { compileSeccomp, loadSeccomp } from './filter';
