export { engineProgram } from './program/sim-program';
export { Divergence, Replay } from './replay';
export { SimHost } from './sim-host';
