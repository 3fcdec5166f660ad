/** Types of filesystems by device, from /proc/self/mountinfo (proc_pid_mountinfo(5)). */
import { type Blocking, isSysError, type Stat, type Sys } from '../../../kernel/sim';
import { readFile } from '../../lib/io';

export interface Mounts {
  filesystemOf: (stat: Stat) => string;
}

export function* readMounts(sys: Sys): Blocking<Mounts> {
  const types = new Map<string, string>();
  let text = '';
  try {
    text = yield* readFile(sys, '/proc/self/mountinfo');
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  for (const line of text.split('\n')) {
    const [, , device] = line.split(' ');
    const [, rest = ''] = line.split(' - ');
    if (device !== undefined) types.set(device, rest.split(' ')[0] ?? 'unknown');
  }
  return { filesystemOf: ({ dev }) => types.get(`${dev.major}:${dev.minor}`) ?? 'unknown' };
}
