/** What the engine tree is made of. Its name is a hash of all of this, so a change gives a new tree. */
import { createHash } from 'node:crypto';
import { fingerprint } from './fingerprint.mjs';

/** Sources that may be part of a program in it; packages by their lock file. */
const sources = ['bin', 'engine', 'package-lock.json', 'setup/engine-tree.mjs'];

const left = /\.test\.ts$|^engine\/(userland|kernel\/sim)\/|\/testing\//;

/** Sources that decide what is in the images of a lab. */
const imageSources = ['bin/lab-images.ts', 'engine/archive', 'engine/image', 'package-lock.json'];

let name;
let imagesName;

/** Name of the tree's directory, for example `x64-0a1b2c3d4e5f`. Read once a process: it is what its sources were at its start. */
export function engineTreeName() {
  name ??= hashed();
  return name;
}

function hashed() {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([process.version, process.arch]));
  hash.update(fingerprint(sources, { skip: (path) => left.test(path) }));
  return `${process.arch}-${hash.digest('hex').slice(0, 12)}`;
}

/** Name of the directory of the lab's images; `rootfs` is that of the tree they are made of. */
export function labImagesName(rootfs) {
  const skip = (path) => left.test(path) || /^engine\/image\/(registry|archive|snapshot)\//.test(path);
  imagesName ??= fingerprint(imageSources, { skip }).slice(0, 12);
  return `${rootfs}-${imagesName}`;
}
