/** The directories laid over the Machines' root filesystem. */
import { existsSync } from 'node:fs';
import { holdShared } from '../files/lock';

/** Those that are there, held for as long as this process lives: set-up removes old ones that nobody holds. */
export function holdLayers(paths: readonly string[]): string[] {
  return paths.filter((path) => existsSync(path) && holdShared(path));
}
