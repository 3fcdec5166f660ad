export { bare } from './bare';
export * from './capabilities';
export * from './clone';
export * from './errno';
export * from './files';
export * from './mounts';
export * from './signals';
