export * from './calls';
export * from './constants';
export * from './errno';
export * from './native';
