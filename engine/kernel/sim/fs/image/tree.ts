/** A filesystem image as plain data: built once from a list, shared by every lab of the process. */
import { type Device, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../../abi/files';

export type ImageContent =
  | { kind: 'directory' }
  /** `size` is what stat(2) tells where it is more than the bytes: the rest reads as zeros. */
  | { kind: 'file'; bytes: Uint8Array; size?: number }
  | { kind: 'symlink'; target: string }
  | { kind: 'device'; type: 'char' | 'block'; device: Device }
  | { kind: 'fifo' };

export interface ImageEntry {
  /** Absolute. Missing parents become directories of root's. */
  path: string;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  content: ImageContent;
  /** Extended attributes. */
  xattrs?: Readonly<Record<string, Uint8Array>>;
  /** Nanoseconds since 1970; the lab's own beginning when left out. */
  mtime?: number;
}

export interface ImageNode {
  ino: number;
  mode: number;
  entry: Omit<ImageEntry, 'path'>;
  /** Of a directory: by name, in order. */
  children: Map<string, ImageNode>;
}

const trees = new WeakMap<readonly ImageEntry[], ImageNode>();

export function imageTree(entries: readonly ImageEntry[]): ImageNode {
  const known = trees.get(entries);
  if (known) return known;
  const built = build(entries);
  trees.set(entries, built);
  return built;
}

function build(entries: readonly ImageEntry[]): ImageNode {
  let ino = 1;
  const node = (entry: Omit<ImageEntry, 'path'>): ImageNode => ({
    ino: ino++,
    mode: typeOf(entry.content) | (entry.mode & 0o7777),
    entry,
    children: new Map(),
  });
  const plain = (): ImageNode => node({ mode: 0o755, uid: 0, gid: 0, content: { kind: 'directory' } });
  const root = plain();
  for (const { path, ...entry } of entries) {
    const names = path.split('/').filter((name) => name !== '');
    const last = names.pop();
    if (last === undefined) {
      root.mode = typeOf(entry.content) | (entry.mode & 0o7777);
      root.entry = entry;
      continue;
    }
    let parent = root;
    for (const name of names) {
      const next = parent.children.get(name) ?? plain();
      parent.children.set(name, next);
      parent = next;
    }
    const made = node(entry);
    const before = parent.children.get(last);
    if (before) made.children = before.children;
    parent.children.set(last, made);
  }
  sort(root);
  return root;
}

/** A squashfs keeps its directories sorted by name. */
function sort(node: ImageNode): void {
  node.children = new Map([...node.children].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  for (const child of node.children.values()) sort(child);
}

function typeOf(content: ImageContent): number {
  switch (content.kind) {
    case 'directory':
      return S_IFDIR;
    case 'file':
      return S_IFREG;
    case 'symlink':
      return S_IFLNK;
    case 'fifo':
      return S_IFIFO;
    case 'device':
      return content.type === 'char' ? S_IFCHR : S_IFBLK;
  }
}
