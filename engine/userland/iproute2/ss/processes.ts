/** Which processes hold a socket: their descriptors in /proc lead to `socket:[N]`. */

import type { Blocking, Sys } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { readFileOrNull } from '../../lib/io';

export type Holders = ReadonlyMap<number, string[]>;

/** `("nc",pid=9,fd=3)` by the inode of the socket. */
export function* socketHolders(sys: Sys): Blocking<Holders> {
  const holders = new Map<number, string[]>();
  for (const { name } of sys.readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const found = descriptors(sys, name);
    if (found.length === 0) continue;
    const comm = yield* commOf(sys, name);
    for (const { fd, inode } of found) {
      const list = holders.get(inode) ?? [];
      list.push(`("${comm}",pid=${name},fd=${fd})`);
      holders.set(inode, list);
    }
  }
  return holders;
}

function descriptors(sys: Sys, pid: string): Array<{ fd: string; inode: number }> {
  return (
    orNull(() =>
      sys.readdir(`/proc/${pid}/fd`).flatMap(({ name }) => {
        if (name === '.' || name === '..') return [];
        const inode = /^socket:\[(\d+)\]$/.exec(linkOf(sys, `/proc/${pid}/fd/${name}`))?.[1];
        return inode === undefined ? [] : [{ fd: name, inode: Number(inode) }];
      }),
    ) ?? []
  );
}

function linkOf(sys: Sys, path: string): string {
  return orNull(() => sys.readlink(path)) ?? '';
}

function* commOf(sys: Sys, pid: string): Blocking<string> {
  return ((yield* readFileOrNull(sys, `/proc/${pid}/comm`)) ?? '').trimEnd();
}
