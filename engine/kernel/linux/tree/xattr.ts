/** Extended attributes of a name in a directory (xattr(7)), of a symbolic link itself too: through /proc/self/fd. */
import { nameFromBytes } from '../../name-bytes';
import { check, checkExcept } from '../syscall';
import { cString, nativeGetxattr, nativeListxattr, nativeRemovexattr, nativeSetxattr } from './native';

/** XATTR_LIST_MAX and XATTR_SIZE_MAX. */
const buffer = Buffer.alloc(65536);

export function xattrsAt(directory: number, name: string, path: string): Map<string, Uint8Array> {
  const place = cString(placeOf(directory, name));
  const found = new Map<string, Uint8Array>();
  const length = checkExcept(['EOPNOTSUPP'], nativeListxattr(place, buffer, buffer.byteLength), 'listxattr', path);
  if (length === null || length === 0) return found;
  const names = nameFromBytes(buffer.subarray(0, length)).split('\0').slice(0, -1).sort();
  for (const key of names) {
    const size = check(nativeGetxattr(place, key, buffer, buffer.byteLength), 'getxattr', `${path} ${key}`);
    found.set(key, Uint8Array.from(buffer.subarray(0, size)));
  }
  return found;
}

export function setXattrAt(directory: number, name: string, path: string, key: string, value: Uint8Array): void {
  const place = cString(placeOf(directory, name));
  check(nativeSetxattr(place, key, value, value.byteLength, 0), 'setxattr', `${path} ${key}`);
}

export function removeXattrAt(directory: number, name: string, path: string, key: string): void {
  check(nativeRemovexattr(cString(placeOf(directory, name)), key), 'removexattr', `${path} ${key}`);
}

function placeOf(directory: number, name: string): string {
  return `/proc/self/fd/${directory}/${name === '' ? '.' : name}`;
}
