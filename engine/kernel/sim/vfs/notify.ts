/** Who hears of changes to files (Linux fsnotify): inotify(7) watches, and listeners of the lab itself. */
import { IN_ACCESS, IN_CLOSE_NOWRITE, IN_ISDIR, IN_OPEN } from '../abi/files';
import type { Dentry } from './dentry';
import type { Inode } from './inode';

/** Something was mounted there, or unmounted. No bit of inotify's. */
export const mountEvent = 0x100_0000 << 3;

/** All that leaves something different behind. */
export const changeEvents = (0xfff & ~(IN_ACCESS | IN_OPEN | IN_CLOSE_NOWRITE)) | mountEvent;

export interface Mark {
  /** IN_* bits it wants. */
  mask: number;
  /** `name` is empty when it is about the inode itself. */
  notify(event: number, name: string, cookie: number): void;
  /** The inode is gone, or its filesystem. */
  gone?(event: number): void;
}

export function addMark(inode: Inode, mark: Mark): void {
  inode.marks ??= new Set();
  inode.marks.add(mark);
}

export function removeMark(inode: Inode, mark: Mark): void {
  inode.marks?.delete(mark);
  if (inode.marks?.size === 0) inode.marks = null;
}

/** Something happened to an inode; or, with a name, to what is directly in it. */
export function notify(inode: Inode, event: number, name = '', cookie = 0): void {
  if (inode.marks === null) return;
  for (const mark of [...inode.marks]) {
    if ((mark.mask & event & ~IN_ISDIR) !== 0) mark.notify(event, name, cookie);
  }
}

/** Something happened to a file: its directory hears of it, and whoever watches the file. */
export function notifyAt(dentry: Dentry, event: number): void {
  const parent = dentry.parent?.inode;
  const { inode } = dentry;
  if (inode.marks === null && (parent === undefined || parent.marks === null)) return;
  const bits = inode.isDirectory ? event | IN_ISDIR : event;
  if (parent) notify(parent, bits, dentry.name);
  notify(inode, bits);
}

/** The inode has gone for good: its marks go with it. */
export function notifyGone(inode: Inode, event: number): void {
  for (const mark of [...(inode.marks ?? [])]) mark.gone?.(event);
}
