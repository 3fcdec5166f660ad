export type { Pace } from './pace';
export { SimHost, type SimHostOptions } from './sim-host';
export { advance } from './sim-lab';
export { type World, type WorldOptions, World as SimWorld } from './world';
