export type { Pace } from './pace';
export { Divergence, Replay } from './replay';
export { SimHost, type SimHostOptions } from './sim-host';
