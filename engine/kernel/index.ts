export * from './port';
export type * from './simulation';
