export * from './define';
export * from './lab';
export * from './vars';
