/** mountinfo, mounts and mountstats of a process: three ways to tell of the same mounts (proc_pid_mountinfo(5)). */
import { SysError } from '../../../abi/errno';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';

interface MountLine {
  mountPoint: string;
  options: string;
  type: string;
  source: string;
  superOptions: string;
}

export function mountinfoFile(context: PidContext): TextSource {
  return about(context.task, () => lines(context).map((line) => `${line}\n`).join(''));
}

export function mountsFile(context: PidContext): TextSource {
  return about(context.task, () =>
    parsed(context)
      .map(({ source, mountPoint, type, options, superOptions }) => {
        return `${source} ${mountPoint} ${type} ${combine(options, superOptions)} 0 0\n`;
      })
      .join(''),
  );
}

export function mountstatsFile(context: PidContext): TextSource {
  return about(context.task, () =>
    parsed(context)
      .map(({ source, mountPoint, type }) => {
        const device = source === 'none' ? 'no device' : `device ${source}`;
        return `${device} mounted on ${mountPoint} with fstype ${type}\n`;
      })
      .join(''),
  );
}

function lines({ proc, task }: PidContext): string[] {
  if (task.state === 'zombie') throw new SysError('EINVAL');
  return proc.kernel.vfs.mountinfo(task.ns.mnt, task.fs.root);
}

function parsed(context: PidContext): MountLine[] {
  return lines(context).map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , mountPoint = '', options = ''] = before.split(' ');
    const [type = '', source = '', superOptions = ''] = after.split(' ');
    return { mountPoint, options, type, source, superOptions };
  });
}

/** `ro` when either is; the filesystem's own options behind the mount's. */
function combine(options: string, superOptions: string): string {
  const [access, ...flags] = options.split(',');
  const [superAccess, ...own] = superOptions.split(',');
  const both = access === 'ro' || superAccess === 'ro' ? 'ro' : 'rw';
  return [both, ...flags, ...own].join(',');
}
