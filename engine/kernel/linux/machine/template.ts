/** What every Machine begins with, read once from the root filesystem. */

import type { SkeletonEntry, User } from '../../machine';
import { readSkeleton } from './skeleton';
import { readUser, type UserName } from './users';

export interface Template {
  rootfs: string;
  /** Laid over it, the topmost first. */
  layers: readonly string[];
  users: Record<UserName, User>;
  skeleton: SkeletonEntry[];
}

/** Errors: a missing user, or home directories too large to be copied at every boot. */
export function readTemplate(rootfs: string, layers: readonly string[]): Template {
  return {
    rootfs,
    layers,
    users: { root: readUser(rootfs, 'root'), learner: readUser(rootfs, 'learner') },
    skeleton: readSkeleton(rootfs, ['root', 'home', 'tmp']),
  };
}
