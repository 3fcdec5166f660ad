/**
 * The door for everyone: types, and pure functions over them. Nothing here loads zod, so a page may import it.
 * Who parses states from outside takes the schemas themselves from the second door, `engine/state/parse.ts`.
 */
export * from './diff';
export * from './empty';
export * from './kinds';
export type * from './patch';
export * from './query';
export * from './query-cni';
export * from './query-containers';
export * from './query-images';
export type * from './schema';
