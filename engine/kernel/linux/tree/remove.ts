/** Removal of whatever is at a name, with all below it, however deep: a learner can make paths longer than any call takes. */
import { readdirSync } from 'node:fs';
import { nameFromBytes } from '../../name-bytes';
import { KernelError } from '../../port';
import { AT_REMOVEDIR, check, checkExcept, close } from '../syscall';
import { openChild } from './directories';
import { cString, nativeRenameat, nativeUnlinkat } from './native';

/** Directories open at once. What lies deeper is moved up first. */
const maxDepth = 128;

export function removeAllAt(directory: number, name: string, path: string): void {
  const top = { directory, name, moved: 0, path };
  removeBelow(top, directory, name, 0);
  for (let done = 0; done < top.moved; done++) removeBelow(top, directory, movedName(name, done), 0);
}

interface Removal {
  directory: number;
  name: string;
  /** How many directories were moved beside the one that is removed. */
  moved: number;
  path: string;
}

function removeBelow(top: Removal, directory: number, name: string, depth: number): void {
  if (unlinkUnlessDirectory(directory, name, top.path)) return;
  if (depth === maxDepth) {
    const moved = movedName(top.name, top.moved++);
    check(nativeRenameat(directory, cString(name), top.directory, cString(moved)), 'remove', top.path);
    return;
  }
  const child = openOwn(directory, name, top.path);
  try {
    for (const entry of readdirSync(`/proc/self/fd/${child}`, { encoding: 'buffer' }))
      removeBelow(top, child, nameFromBytes(entry), depth + 1);
  } finally {
    close(child);
  }
  check(nativeUnlinkat(directory, cString(name), AT_REMOVEDIR), 'remove', top.path);
}

/** False when it is a directory (EISDIR; POSIX and some filesystems say EPERM). */
function unlinkUnlessDirectory(directory: number, name: string, path: string): boolean {
  try {
    checkExcept(['ENOENT'], nativeUnlinkat(directory, cString(name), 0), 'remove', path);
    return true;
  } catch (error) {
    if (error instanceof KernelError && error.code === 'EISDIR') return false;
    throw error;
  }
}

function openOwn(directory: number, name: string, path: string): number {
  try {
    return openChild(directory, name);
  } catch (error) {
    if (error instanceof KernelError && error.code === 'EXDEV')
      throw new KernelError('EBUSY', 'remove', path, `something is mounted on ${name}`);
    throw error;
  }
}

function movedName(name: string, number: number): string {
  return `.${name.slice(0, 64)}.removed-${number}`;
}
