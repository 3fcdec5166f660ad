/** The schemas as values (zod), for whoever parses a state or a patch that came from outside. */
export { StatePatch } from './patch';
export * from './schema';
