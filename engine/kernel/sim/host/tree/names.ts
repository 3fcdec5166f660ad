/** Paths of a tree, and names as the bytes they stand for (`name-bytes.ts`). */
import { KernelError } from '../../../port';
import { encode } from '../../bytes';

const escapeBase = 0xdc00;

/** The directory part; the root is ``. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last name; `.` for the root. */
export function nameOf(path: string): string {
  return path === '' ? '.' : path.slice(path.lastIndexOf('/') + 1);
}

/** EINVAL for what is no way from the root downwards. */
export function checkPath(path: string): void {
  if (path === '') return;
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..' || name.includes('\0')) {
      throw new KernelError('EINVAL', 'path', path, `${JSON.stringify(name)} is no name`);
    }
  }
}

/** Byte order, also of names that are no UTF-8. */
export function byBytes(a: string, b: string): number {
  const [one, other] = [bytesOf(a), bytesOf(b)];
  for (let at = 0; at < one.length && at < other.length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function bytesOf(name: string): number[] {
  return [...name].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0xdc80 && code <= 0xdcff ? [code - escapeBase] : [...encode(character)];
  });
}
