import { fileURLToPath } from 'node:url';

/** The folder of the project, with a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** What set-up remembers and leaves behind between runs; safe to delete. */
export const workDirectory = `${root}.underlay`;
