/** The words of `mount -o` (mount(8), "Filesystem-independent mount options"). */

import * as kernel from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';

/** `user` and `users` mean these too, unless something behind them says otherwise. */
const userFlags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC;

const set: Record<string, number> = bare({
  ro: kernel.MS_RDONLY,
  nosuid: kernel.MS_NOSUID,
  nodev: kernel.MS_NODEV,
  noexec: kernel.MS_NOEXEC,
  noatime: kernel.MS_NOATIME,
  nodiratime: kernel.MS_NODIRATIME,
  relatime: kernel.MS_RELATIME,
  strictatime: kernel.MS_STRICTATIME,
  sync: kernel.MS_SYNCHRONOUS,
  dirsync: kernel.MS_DIRSYNC,
  lazytime: kernel.MS_LAZYTIME,
  silent: kernel.MS_SILENT,
  user: userFlags,
  users: userFlags,
  owner: kernel.MS_NOSUID | kernel.MS_NODEV,
  group: kernel.MS_NOSUID | kernel.MS_NODEV,
  remount: kernel.MS_REMOUNT,
  bind: kernel.MS_BIND,
  rbind: kernel.MS_BIND | kernel.MS_REC,
  move: kernel.MS_MOVE,
});

const clear: Record<string, number> = bare({
  rw: kernel.MS_RDONLY,
  suid: kernel.MS_NOSUID,
  dev: kernel.MS_NODEV,
  exec: kernel.MS_NOEXEC,
  atime: kernel.MS_NOATIME,
  diratime: kernel.MS_NODIRATIME,
  norelatime: kernel.MS_RELATIME,
  async: kernel.MS_SYNCHRONOUS,
  nolazytime: kernel.MS_LAZYTIME,
  loud: kernel.MS_SILENT,
});

/** For fstab and its readers; the kernel never sees them. */
const ignored = new Set(['defaults', 'auto', 'noauto', 'nouser', 'nofail', '_netdev']);

const propagation: Record<string, number> = bare({
  shared: kernel.MS_SHARED,
  slave: kernel.MS_SLAVE,
  private: kernel.MS_PRIVATE,
  unbindable: kernel.MS_UNBINDABLE,
  rshared: kernel.MS_SHARED | kernel.MS_REC,
  rslave: kernel.MS_SLAVE | kernel.MS_REC,
  rprivate: kernel.MS_PRIVATE | kernel.MS_REC,
  runbindable: kernel.MS_UNBINDABLE | kernel.MS_REC,
});

export const flagWords = { propagation };

export interface ReadOptions {
  flags: number;
  /** What is the filesystem's own. */
  data: string;
  propagation: number[];
  /** `loop`: a file for a device. */
  loop: boolean;
  /** `X-mount.mkdir` */
  makeDirectory: boolean;
}

export function readMountOptions(lists: readonly string[]): ReadOptions {
  const read: ReadOptions = { flags: 0, data: '', propagation: [], loop: false, makeDirectory: false };
  const data: string[] = [];
  for (const word of lists.flatMap(splitOptions)) {
    const [setFlag, clearFlag, kind] = [set[word], clear[word], propagation[word]];
    if (setFlag !== undefined) read.flags |= setFlag;
    else if (clearFlag !== undefined) read.flags &= ~clearFlag;
    else if (kind !== undefined) read.propagation.push(kind);
    else if (word === 'loop' || word.startsWith('loop=')) read.loop = true;
    else if (/^[xX]-mount\.mkdir/.test(word)) read.makeDirectory = true;
    else if (word !== '' && !ignored.has(word) && !/^[xX]-/.test(word)) data.push(word);
  }
  read.data = data.join(',');
  return read;
}

/** At commas, but not at escaped or quoted ones. */
function splitOptions(list: string): string[] {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  for (let at = 0; at < list.length; at++) {
    const char = list[at] ?? '';
    if (char === '\\' && at + 1 < list.length) word += char + list[++at];
    else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      words.push(word);
      word = '';
    } else word += char;
  }
  return [...words, word];
}
