/**
 * What /proc/sys holds (sysctl(8)). Each subject registers its own: single settings by path, or a whole tree whose names
 * depend on who looks (the network's).
 */
import { isSysError, SysError } from '../../../abi/errno';
import type { UserNamespace } from '../../../ns/namespace';
import type { Task } from '../../../task/task';

export interface SysctlEntry {
  /** Permission bits, 0o644 mostly. */
  mode: number;
  /** Without the newline at the end. */
  read?(task: Task): string;
  /** `text` as it was written. EINVAL. */
  write?(task: Task, text: string): void;
  /** The namespace whose root owns the setting; the initial one's when left out. */
  owner?(task: Task): UserNamespace | null;
}

export interface SysctlTree {
  /** Names directly in a directory, `''` for the tree's own; null when it is no directory. */
  list(task: Task, directory: string): ReadonlyArray<{ name: string; isDirectory: boolean }> | null;
  read(task: Task, path: string): string;
  write(task: Task, path: string, text: string): void;
  /** 0o644 when left out. */
  mode?(task: Task, path: string): number;
  /** False for a directory that is there for whoever looks, always. */
  isChanging(directory: string): boolean;
  /** Whoever has CAP_NET_ADMIN there may do what root may. */
  owner(task: Task): UserNamespace | null;
}

export type SysctlNode =
  | { kind: 'directory'; names(task: Task): string[]; isChanging: boolean }
  | { kind: 'setting'; entry: SysctlEntry; isNetwork: boolean };

export class Sysctl {
  readonly #entries = new Map<string, SysctlEntry>();
  readonly #directories = new Map<string, Set<string>>([['', new Set()]]);
  readonly #trees = new Map<string, SysctlTree>();

  /** `path` below /proc/sys: `kernel/hostname`. */
  register(path: string, entry: SysctlEntry): void {
    this.#entries.set(path, entry);
    this.#makeParents(path);
  }

  /** Everything below `path` is the tree's: `net`. */
  provide(path: string, tree: SysctlTree): void {
    this.#trees.set(path, tree);
    this.#makeParents(path);
  }

  /** What is at a path, `''` for the root; null when there is nothing. */
  find(path: string, task: Task): SysctlNode | null {
    const names = this.#directories.get(path);
    if (names) return { kind: 'directory', names: () => [...names].sort(), isChanging: false };
    const entry = this.#entries.get(path);
    if (entry) return { kind: 'setting', entry, isNetwork: false };
    for (const [prefix, tree] of this.#trees) {
      if (path === prefix) return inTree(tree, '', task);
      if (path.startsWith(`${prefix}/`)) return inTree(tree, path.slice(prefix.length + 1), task);
    }
    return null;
  }

  /** The value of a setting that is a number, for whoever acts by it. */
  number(path: string, task: Task): number {
    return Number(this.#entries.get(path)?.read?.(task));
  }

  #makeParents(path: string): void {
    const cut = path.lastIndexOf('/');
    const parent = cut < 0 ? '' : path.slice(0, cut);
    const names = this.#directories.get(parent);
    if (names) {
      names.add(path.slice(cut + 1));
      return;
    }
    this.#directories.set(parent, new Set([path.slice(cut + 1)]));
    this.#makeParents(parent);
  }
}

function inTree(tree: SysctlTree, path: string, task: Task): SysctlNode | null {
  // Its own directory is always there: no need to ask what is in it.
  if (path === '') return directoryIn(tree, path);
  if (hasSetting(tree, path, task)) return { kind: 'setting', entry: entryIn(tree, path, task), isNetwork: true };
  return tree.list(task, path) ? directoryIn(tree, path) : null;
}

function directoryIn(tree: SysctlTree, path: string): SysctlNode {
  const names = (reader: Task) => (tree.list(reader, path) ?? []).map(({ name }) => name).sort();
  return { kind: 'directory', names, isChanging: tree.isChanging(path) };
}

/** Asking for the value is much less work than listing what there is. */
function hasSetting(tree: SysctlTree, path: string, task: Task): boolean {
  try {
    tree.read(task, path);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno !== 'ENOENT';
  }
}

function entryIn(tree: SysctlTree, path: string, task: Task): SysctlEntry {
  return {
    mode: tree.mode?.(task, path) ?? 0o644,
    read: (reader) => tree.read(reader, path),
    write: (writer, text) => tree.write(writer, path, text),
    owner: (viewer) => tree.owner(viewer),
  };
}

/** A written whole number within bounds; EINVAL otherwise. */
export function wholeNumber(text: string, least = -2147483648, most = 2147483647): number {
  const trimmed = text.trim();
  if (!/^-?(0x[0-9a-fA-F]+|\d+)$/.test(trimmed)) throw new SysError('EINVAL');
  const value = Number(trimmed);
  if (value < least || value > most) throw new SysError('EINVAL');
  return value;
}

/** A setting that is a number of the lab as a whole. */
export function numberSetting(initial: number, least?: number, most?: number): SysctlEntry {
  let value = initial;
  return {
    mode: 0o644,
    read: () => String(value),
    write: (_task, text) => {
      value = wholeNumber(text, least, most);
    },
  };
}

export function fixedSetting(text: string | ((task: Task) => string)): SysctlEntry {
  return { mode: 0o444, read: typeof text === 'string' ? () => text : text };
}
