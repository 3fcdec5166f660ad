/** The users of a Machine, from its root filesystem. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findUser, type User } from '../../machine';

export type UserName = 'root' | 'learner';

export function readUser(rootfs: string, name: UserName): User {
  const text = (path: string) => readFileSync(join(rootfs, path), 'utf8');
  const user = findUser(text('etc/passwd'), text('etc/group'), name);
  if (!user) throw new Error(`the root filesystem ${rootfs} has no user ${name}: build it again with setup/rootfs.mjs`);
  return user;
}
