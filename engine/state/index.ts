export * from './diff';
export * from './query';
export * from './schema';
