export * from './abi';
export * from './name-bytes';
export type * from './network';
export type * from './packet-rules';
export * from './plan';
export * from './port';
export type * from './simulation';
export type * from './system';
export type * from './tree';
