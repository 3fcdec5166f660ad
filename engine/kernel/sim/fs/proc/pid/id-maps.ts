/** uid_map, gid_map, projid_map and setgroups (user_namespaces(7)). */
import { SysError } from '../../../abi/errno';
import { idMapAsSeen } from '../../../ns/id-map';
import { writeIdMap, writeSetgroups } from '../../../ns/id-map-write';
import { isCapable } from '../../../task/credentials';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';

const pageSize = 4096;

export function idMapFile({ task }: PidContext, kind: 'uid' | 'gid' | 'projid'): TextSource {
  return {
    ...about(task, (_reader, opener) => {
      const viewer = opener?.cred.user ?? task.cred.user;
      const ranges = idMapAsSeen(task.cred.user, kind === 'projid' ? 'uid' : kind, viewer);
      if (kind === 'projid' && task.cred.user.parent !== null) return '';
      return ranges
        .map(({ inside, outside, count }) => {
          return `${[inside, outside, count].map((value) => String(value).padStart(10)).join(' ')}\n`;
        })
        .join('');
    }),
    write: (text, writer, { opener, position }) => {
      if (kind === 'projid' || !writer || !opener) throw new SysError('EPERM');
      if (position !== 0 || text.length >= pageSize) throw new SysError('EINVAL');
      writeIdMap(task.kernel, writer.cred, opener.cred, task.cred.user, kind, text);
    },
  };
}

export function setgroupsFile({ task }: PidContext): TextSource {
  return {
    ...about(task, () => `${task.cred.user.setgroups}\n`),
    open: (flags, opener) => {
      if ((flags & 3) !== 0 && opener && !isCapable(opener.cred, 'sys_admin', task.cred.user)) throw new SysError('EACCES');
    },
    write: (text, writer, { position }) => {
      if (position !== 0 || text.length >= 8) throw new SysError('EINVAL');
      if (writer) writeSetgroups(task.kernel, writer.cred, task.cred.user, text);
    },
  };
}
