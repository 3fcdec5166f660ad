export { Divergence, Replay } from './replay';
export { SimHost } from './sim-host';
