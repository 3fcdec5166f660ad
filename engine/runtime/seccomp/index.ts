export { isMachine, type Machine } from './architectures';
export { compileSeccomp, loadSeccomp, type SeccompFilter } from './filter';
