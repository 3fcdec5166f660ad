/** What an archive says of one file. */
export type EntryType = 'file' | 'link' | 'symlink' | 'char' | 'block' | 'directory' | 'fifo';

export interface TarEntry {
  /** As it stands in the archive; nobody has looked whether it is a good one. Bytes that are no UTF-8: see `nameFromBytes`. */
  path: string;
  type: EntryType;
  /** 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of the content, holes included; 0 for what has none. */
  size: number;
  mtimeNs: bigint;
  /** Of `link` (a path in the archive) and `symlink`, else empty. */
  target: string;
  /** `major:minor` of `char` and `block`, null otherwise. */
  device: string | null;
  xattrs: ReadonlyMap<string, Uint8Array>;
}

export const blockBytes = 512;

/** Up to the next whole block. */
export function paddingOf(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}
