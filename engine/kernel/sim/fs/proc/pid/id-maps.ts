/** uid_map, gid_map, projid_map and setgroups (user_namespaces(7)). */
import { SysError } from '../../../abi/errno';
import { O_ACCMODE } from '../../../abi/files';
import { idMapAsSeen } from '../../../ns/id-map';
import { isCapable } from '../../../task/credentials';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';
import { writeMap, writeSetgroups } from './id-map-write';

export function idMapFile({ task }: PidContext, kind: 'uid' | 'gid' | 'projid'): TextSource {
  return {
    ...about(task, (_reader, opener) => {
      const ns = task.cred.user;
      if (kind === 'projid' && ns.parent !== null) return '';
      const ranges = idMapAsSeen(ns, kind === 'projid' ? 'uid' : kind, opener?.cred.user ?? ns);
      return ranges.map(({ inside, outside, count }) => row([inside, outside, count])).join('');
    }),
    write: (text, _task, writer) => {
      if (kind === 'projid') throw new SysError('EPERM');
      writeMap(task.cred.user, kind, text, writer);
      task.kernel.touch('namespaces', 'processes');
    },
  };
}

function row(values: readonly number[]): string {
  return `${values.map((value) => String(value).padStart(10)).join(' ')}\n`;
}

export function setgroupsFile({ task }: PidContext): TextSource {
  return {
    ...about(task, () => `${task.cred.user.setgroups}\n`),
    open: (flags, opener) => {
      const writes = (flags & O_ACCMODE) !== 0;
      if (writes && opener && !isCapable(opener.cred, 'sys_admin', task.cred.user)) throw new SysError('EACCES');
    },
    write: (text, _task, writer) => {
      writeSetgroups(task.cred.user, text, writer);
      task.kernel.touch('namespaces');
    },
  };
}
