/** The words of `mount -o` (mount(8), "Filesystem-independent mount options"). */
import * as kernel from '../../../kernel/sim';

const set: Record<string, number> = {
  ro: kernel.MS_RDONLY,
  nosuid: kernel.MS_NOSUID,
  nodev: kernel.MS_NODEV,
  noexec: kernel.MS_NOEXEC,
  noatime: kernel.MS_NOATIME,
  nodiratime: kernel.MS_NODIRATIME,
  relatime: kernel.MS_RELATIME,
  strictatime: kernel.MS_STRICTATIME,
  sync: kernel.MS_SYNCHRONOUS,
  remount: kernel.MS_REMOUNT,
  bind: kernel.MS_BIND,
  rbind: kernel.MS_BIND | kernel.MS_REC,
  move: kernel.MS_MOVE,
};

const clear: Record<string, number> = {
  rw: kernel.MS_RDONLY,
  suid: kernel.MS_NOSUID,
  dev: kernel.MS_NODEV,
  exec: kernel.MS_NOEXEC,
  atime: kernel.MS_NOATIME,
  diratime: kernel.MS_NODIRATIME,
  norelatime: kernel.MS_RELATIME,
  async: kernel.MS_SYNCHRONOUS,
};

/** For fstab and its readers; the kernel never sees them. */
const ignored = new Set([
  'defaults',
  'auto',
  'noauto',
  'user',
  'nouser',
  'users',
  'owner',
  'group',
  'nofail',
  '_netdev',
]);

const propagation: Record<string, number> = {
  shared: kernel.MS_SHARED,
  slave: kernel.MS_SLAVE,
  private: kernel.MS_PRIVATE,
  unbindable: kernel.MS_UNBINDABLE,
  rshared: kernel.MS_SHARED | kernel.MS_REC,
  rslave: kernel.MS_SLAVE | kernel.MS_REC,
  rprivate: kernel.MS_PRIVATE | kernel.MS_REC,
  runbindable: kernel.MS_UNBINDABLE | kernel.MS_REC,
};

export const flagWords = { propagation };

export interface ReadOptions {
  flags: number;
  /** What is the filesystem's own. */
  data: string;
  propagation: number[];
}

export function readMountOptions(lists: readonly string[]): ReadOptions {
  const read: ReadOptions = { flags: 0, data: '', propagation: [] };
  const data: string[] = [];
  for (const word of lists.flatMap(splitOptions)) {
    const [setFlag, clearFlag, kind] = [set[word], clear[word], propagation[word]];
    if (setFlag !== undefined) read.flags |= setFlag;
    else if (clearFlag !== undefined) read.flags &= ~clearFlag;
    else if (kind !== undefined) read.propagation.push(kind);
    else if (word !== '' && !ignored.has(word) && !word.startsWith('x-')) data.push(word);
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
