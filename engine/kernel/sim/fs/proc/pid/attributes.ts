/** /proc/PID/attr: there is no security module, so nothing can be read or set (proc_pid_attr(5)). */
import { SysError } from '../../../abi/errno';
import type { Inode } from '../../../vfs/inode';
import { FixedDirectory, ProcFile } from '../node';
import { directoryOwnerOf, ownerOf, type PidContext } from './context';

const names: ReadonlyArray<[name: string, mode: number]> = [
  ['current', 0o666],
  ['prev', 0o444],
  ['exec', 0o666],
  ['fscreate', 0o666],
  ['keycreate', 0o666],
  ['sockcreate', 0o666],
];

export function attributeDirectory({ proc, task }: PidContext): Inode {
  const refuse = () => {
    throw new SysError('EINVAL');
  };
  const owner = () => ownerOf(task);
  const makers = names.map(([name, mode]): [string, () => Inode] => {
    return [name, () => new ProcFile(proc, mode, { read: refuse, write: refuse }, owner)];
  });
  const directory = new FixedDirectory(proc, new Map(makers), 0o555, () => directoryOwnerOf(task));
  directory.nlink = 2;
  return directory;
}
