/** CNI: the runtime's library, what a plugin is, and plugins (Container Network Interface, SPEC.md 1.1.0). */
export * from './executor';
export type { LeaseFiles } from './files';
export * from './ipam';
export * from './library';
export * from './machine';
export * from './plugin';
export * from './plugins';
export * from './record';
export * from './spec';
