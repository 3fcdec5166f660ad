/** What a new inode is born with: owner, group, mode after the umask or the directory's default access list. */

import { S_IFDIR, S_IFLNK, S_IFMT } from '../abi/files';
import type { Task } from '../task/task';
import { inherited, isMinimal } from './acl';
import type { Inode, InodeBirth } from './inode';
import { newborn } from './permissions';

/** `mode`: type and permissions as they were asked for. */
export function birthOf(task: Task, directory: Inode, mode: number): InodeBirth {
  const { defaultAcl } = directory;
  const kind = mode & S_IFMT;
  const isDirectory = kind === S_IFDIR;
  if (!defaultAcl || kind === S_IFLNK) {
    const masked = kind === S_IFLNK ? mode : mode & ~task.fs.umask;
    return newborn(task.cred, directory, masked, isDirectory);
  }
  const born = newborn(task.cred, directory, mode, isDirectory);
  const { acl, mode: granted } = inherited(defaultAcl, born.mode);
  return { ...born, mode: granted, ...(isMinimal(acl) ? {} : { acl }), ...(isDirectory ? { defaultAcl } : {}) };
}
