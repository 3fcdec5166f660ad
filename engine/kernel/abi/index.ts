export * from './capabilities';
export * from './clone';
export * from './mounts';
export * from './open';
export * from './resource-limits';
