/** Names of entries: where they lead, and which of them are no files but marks (OCI image-spec 1.1, layer.md, "Whiteouts"). */
import { ImageError } from '../error';

const whiteoutPrefix = '.wh.';
/** What a union filesystem that is no more kept for itself, and this one mark of it that stayed. */
const metaPrefix = '.wh..wh.';
const opaqueName = '.wh..wh..opq';

export type Mark = 'none' | 'whiteout' | 'opaque' | 'ignored';

/**
 * An entry's name as a path of a tree; the root of the layer is `''`. Errors: `invalid-layer` when it is absolute or goes up, even where
 * it would come back.
 */
export function cleanPath(path: string, subject: string, what: 'its name' | 'its target'): string {
  if (path.startsWith('/')) throw new ImageError('invalid-layer', subject, `${what} is absolute`);
  const plain = path.startsWith('./') ? path.slice(2) : path;
  if (isClean(plain)) return plain;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..'))
    throw new ImageError('invalid-layer', subject, `${what} has a "..", and could lead outside`);
  if (path === '') throw new ImageError('invalid-layer', subject, `${what} is empty`);
  return names.join('/');
}

/** The usual case, at the cost of a few looks: no name is empty, and none but the first begins with a dot that could be `.` or `..`. */
function isClean(path: string): boolean {
  return path !== '' && !path.startsWith('.') && !path.endsWith('/') && !path.includes('//') && !path.includes('/.');
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** Errors: `invalid-layer` for names that begin like a mark and are none. */
export function markOf(path: string): Mark {
  if (!path.includes(whiteoutPrefix)) return 'none';
  const names = path.split('/');
  if (names.some((name) => name.startsWith(metaPrefix) && name !== opaqueName)) return 'ignored';
  if (names.slice(0, -1).some((name) => name.startsWith(whiteoutPrefix)))
    throw new ImageError('invalid-layer', path, 'lies below a whiteout');
  const name = names.at(-1) ?? '';
  if (name === opaqueName) return 'opaque';
  if (!name.startsWith(whiteoutPrefix)) return 'none';
  if (['', '.', '..'].includes(name.slice(whiteoutPrefix.length)))
    throw new ImageError('invalid-layer', path, 'is a whiteout of nothing');
  return 'whiteout';
}

/** The path that a whiteout takes away. */
export function hiddenBy(whiteout: string): string {
  return join(parentOf(whiteout), baseOf(whiteout).slice(whiteoutPrefix.length));
}

export function whiteoutOf(path: string): string {
  return join(parentOf(path), `${whiteoutPrefix}${baseOf(path)}`);
}

export function opaqueMarkOf(directory: string): string {
  return join(directory, opaqueName);
}
