export { loadNetwork, loadNetworks } from './load';
export { Cni } from './network';
export { type TracedCall, TracedExecutor } from './traced-executor';
