/** mountinfo, mounts and mountstats of a process: three ways to tell of the same mounts (proc_pid_mountinfo(5)). */
import { SysError } from '../../../abi/errno';
import type { Task } from '../../../task/task';
import type { Path } from '../../../vfs/path';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';

export function mountinfoFile({ proc, task }: PidContext): TextSource {
  return about(task, (reader, opener) => text(proc.kernel.vfs.mountinfo(task.ns.mnt, rootOf(task), reader ?? opener)));
}

export function mountsFile({ proc, task }: PidContext): TextSource {
  return about(task, (reader, opener) => text(proc.kernel.vfs.mountsText(task.ns.mnt, rootOf(task), reader ?? opener)));
}

export function mountstatsFile({ proc, task }: PidContext): TextSource {
  return about(task, (reader, opener) =>
    text(
      proc.kernel.vfs.mountsText(task.ns.mnt, rootOf(task), reader ?? opener).map((line) => {
        const [source = '', mountPoint = '', type = ''] = line.split(' ');
        const device = source === 'none' ? 'no device' : `device ${source}`;
        return `${device} mounted on ${mountPoint} with fstype ${type}`;
      }),
    ),
  );
}

/** An ended process has no mounts any more. */
function rootOf(task: Task): Path {
  if (task.state === 'zombie') throw new SysError('EINVAL');
  return task.fs.root;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
