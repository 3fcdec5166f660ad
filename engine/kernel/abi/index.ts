export * from './capabilities';
export * from './mounts';
export * from './resource-limits';
