export { loadNetwork, loadNetworks } from './load';
export { Cni } from './network';
