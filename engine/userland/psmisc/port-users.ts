/** Who has a socket at a local port. */
import type { Blocking, Sys } from '../../kernel/sim';
import { descriptorsOf, linkTarget, processNumbers } from '../lib/processes';
import type { FileUse } from './fuser';

export function* portUsers(sys: Sys, name: string, protocol: 'tcp' | 'udp'): Blocking<FileUse[]> {
  const port = Number(name.split(',')[0]);
  const inodes = new Set(
    sys
      .sockets()
      .filter((socket) => socket.protocol === protocol && socket.localPort === port)
      .map(({ inode }) => inode),
  );
  const found: FileUse[] = [];
  if (inodes.size === 0) return found;
  for (const pid of processNumbers(sys)) {
    const has = descriptorsOf(sys, pid).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(sys, `/proc/${pid}/fd/${fd}`) ?? '')?.[1];
      return inode !== undefined && inodes.has(Number(inode));
    });
    if (has) found.push({ pid, ways: 'F' });
    yield* sys.checkpoint();
  }
  return found;
}
