export * from './name-bytes';
export * from './plan';
export * from './port';
export type * from './simulation';
export type * from './tree';
