export * from './plan';
export * from './port';
export type * from './simulation';
