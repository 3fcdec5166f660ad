/** Names of packed files and of what is in them. */
import { baseName } from '../../lib/paths';
import { Refused } from './output';
import type { GzipFlags } from './settings';

const known = ['.gz', '.z', '.taz', '.tgz', '-gz', '-z', '_z'];

/** Null: the file does not have the name of a packed one. */
export function unpackedName(path: string, suffix: string): string | null {
  for (const end of [suffix, ...known]) {
    if (!path.endsWith(end) || baseName(path).length <= end.length) continue;
    const isTar = end === '.tgz' || end === '.taz';
    return `${path.slice(0, -end.length)}${isTar ? '.tar' : ''}`;
  }
  return null;
}

/** Errors: `Refused` for a file that has the name of a packed one already. */
export function packedName(path: string, { suffix, recursive, verbose }: GzipFlags): string {
  const has = [suffix, ...known].find((end) => path.endsWith(end) && baseName(path).length > end.length);
  if (has === undefined) return `${path}${suffix}`;
  const isTold = verbose || !recursive;
  throw new Refused(isTold ? `${path} already has ${has} suffix -- unchanged` : '', 'remark');
}
