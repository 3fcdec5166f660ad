/** "Has anything changed since?": a hash of files' names and contents, and stamps that remember one. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workDirectory } from './root.mjs';

/**
 * Hash of `paths` (files, or directories with all that is in them) below `base`. Contents, not times: a fresh clone or
 * a branch switched to and back gives the same. A path that does not exist counts as such. `skip` leaves files out.
 * @param {string[]} paths
 * @param {{ base?: string, skip?: (path: string) => boolean }} options
 */
export function fingerprint(paths, { base = root, skip = () => false } = {}) {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) addPath(hash, base, path, skip);
  return hash.digest('hex');
}

function addPath(hash, base, path, skip) {
  const full = join(base, path);
  if (!existsSync(full)) {
    hash.update(`absent ${path}\n`);
  } else if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) addPath(hash, base, `${path}/${name}`, skip);
  } else if (!skip(path)) {
    const content = readFileSync(full);
    hash.update(`file ${path} ${content.byteLength}\n`).update(content);
  }
}

/** True when `name` was last stamped with this very hash. */
export function isStamped(name, hash, directory = workDirectory) {
  const file = join(directory, 'stamps', name);
  return existsSync(file) && readFileSync(file, 'utf8') === hash;
}

export function stamp(name, hash, directory = workDirectory) {
  mkdirSync(join(directory, 'stamps'), { recursive: true });
  writeFileSync(join(directory, 'stamps', name), hash);
}
