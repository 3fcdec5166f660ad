/** Where Underlay keeps things outside its own folder. Environment variables win. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { engineTreeName, labImagesName } from './engine-tree-spec.mjs';
import { rootfsName } from './rootfs-spec.mjs';

/** What can be built again: root filesystems, engine trees, images. `UNDERLAY_CACHE`, else `/var/cache/underlay`. */
export function cacheDirectory(env = process.env) {
  return resolve(env.UNDERLAY_CACHE || '/var/cache/underlay');
}

/** What must be kept: the database. `UNDERLAY_HOME`, else `/var/lib/underlay` for root, else in the user's data directory. */
export function homeDirectory(env = process.env, uid = process.getuid?.()) {
  if (env.UNDERLAY_HOME) return resolve(env.UNDERLAY_HOME);
  if (uid === 0) return '/var/lib/underlay';
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'underlay');
}

/** The directory tree that every Machine stands on, whether it is built yet or not. */
export function rootfsPath(env = process.env) {
  return join(cacheDirectory(env), 'rootfs', rootfsName());
}

/** True when the tree is there and whole: it only gets its name once it is. */
export function isBuilt(env = process.env) {
  return existsSync(rootfsPath(env));
}

/** What Machines have of our engine, whether it is built yet or not. */
export function engineTreePath(env = process.env) {
  return join(cacheDirectory(env), 'engine', engineTreeName());
}

/** The images that every Machine has in /usr/share/images, whether they are built yet or not. */
export function labImagesPath(env = process.env) {
  return join(cacheDirectory(env), 'images', labImagesName(rootfsName()));
}

/** What is laid over the root filesystem of every Machine, the topmost first; Machines do without what is not built. */
export function layerPaths(env = process.env) {
  return [engineTreePath(env), labImagesPath(env)];
}
