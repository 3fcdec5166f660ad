/** One entry, put together of its header block and of what extended headers said of it. */
import { nameFromBytes } from '../../kernel';
import type { EntryType, TarEntry } from './entry';
import type { Header } from './header';
import { ascii, decimal, paxTime } from './pax';

/** What stood before the header of an entry. */
export interface Extensions {
  /** Values of pax records, local ones over global ones. An empty value takes the key away. */
  pax: ReadonlyMap<string, Uint8Array>;
  /** GNU's long name and long link target (types L and K). */
  longPath: string | null;
  longTarget: string | null;
}

/** The entry, how many bytes of content follow its header, or what is wrong. */
export type Composed = { entry: TarEntry; stored: number } | { problem: string };

const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '\0': 'file',
  // "Contiguous": to be treated as a regular file where that does not exist.
  '7': 'file',
  S: 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'directory',
  // An incremental backup's directory; its content is a list of names, which is passed over.
  D: 'directory',
  '6': 'fifo',
};

const xattrPrefix = 'SCHILY.xattr.';
const second = 1_000_000_000n;
const maxId = 0xfffffffe;

/** The name of an entry even when nothing else of it can be read. */
export function nameOf(header: Header, { pax, longPath }: Extensions): string {
  if (pax.size === 0) return longPath ?? header.path;
  const sparseName = pax.get('GNU.sparse.name');
  const path = sparseName?.byteLength ? sparseName : pax.get('path');
  return path?.byteLength ? nameFromBytes(path) : (longPath ?? header.path);
}

export function compose(header: Header, extensions: Extensions): Composed {
  const { pax } = extensions;
  const path = nameOf(header, extensions);
  const named = types[header.flag];
  if (named === undefined) return { problem: `entries of type ${JSON.stringify(header.flag)} are not supported` };
  // Before there was a type for them, directories were files whose name ends in a slash.
  const type = named === 'file' && header.flag !== 'S' && path.endsWith('/') ? 'directory' : named;

  const number = (key: string, field: number | null): number | null => {
    const value = pax.get(key);
    return value?.byteLength ? decimal(ascii(value)) : field;
  };
  const size = number('size', header.size);
  const uid = number('uid', header.uid);
  const gid = number('gid', header.gid);
  const mtimeNs = mtimeOf(header, pax);
  const { mode, major, minor } = header;
  if (size === null || size < 0) return { problem: 'its size is no number of bytes' };
  if (uid === null || gid === null || uid < 0 || gid < 0 || uid > maxId || gid > maxId)
    return { problem: 'its owner is no user or group of Linux' };
  if (mode === null || mode < 0) return { problem: 'its mode is no number' };
  if (mtimeNs === null) return { problem: 'its time of change is no time' };
  if (major === null || minor === null || major < 0 || minor < 0 || major > 0xfff || minor > 0xfffff)
    return { problem: 'its device number is none' };

  const isDevice = type === 'char' || type === 'block';
  const target = type === 'link' || type === 'symlink' ? targetOf(header, extensions) : '';
  const isStored = type === 'file' || header.flag === 'D';
  const entry: TarEntry = {
    path,
    type,
    mode: mode & 0o7777,
    uid,
    gid,
    size: type === 'file' ? size : 0,
    mtimeNs,
    target,
    device: isDevice ? `${major}:${minor}` : null,
    xattrs: xattrsOf(pax),
  };
  if (path.includes('\0') || target.includes('\0')) return { problem: 'its name or target has a NUL' };
  // Links and devices have no content, whatever size an old program wrote there.
  return { entry, stored: isStored ? size : 0 };
}

function mtimeOf({ mtime }: Header, pax: Extensions['pax']): bigint | null {
  const value = pax.size === 0 ? undefined : pax.get('mtime');
  if (value?.byteLength) return paxTime(ascii(value));
  return mtime === null ? null : inNs(mtime);
}

let last = { seconds: 0, ns: 0n };

/** Files that came together often have the same time. */
function inNs(seconds: number): bigint {
  if (seconds !== last.seconds) last = { seconds, ns: BigInt(seconds) * second };
  return last.ns;
}

function targetOf(header: Header, { pax, longTarget }: Extensions): string {
  const value = pax.get('linkpath');
  return value?.byteLength ? nameFromBytes(value) : (longTarget ?? header.target);
}

const none: ReadonlyMap<string, Uint8Array> = new Map();

function xattrsOf(pax: Extensions['pax']): ReadonlyMap<string, Uint8Array> {
  if (pax.size === 0) return none;
  const found = new Map<string, Uint8Array>();
  for (const [key, value] of pax) if (key.startsWith(xattrPrefix)) found.set(key.slice(xattrPrefix.length), value);
  return found;
}
