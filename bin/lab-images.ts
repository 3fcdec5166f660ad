/**
 * `node --import tsx bin/lab-images.ts ROOTFS DIRECTORY`: puts the images of a lab into an empty directory, at usr/share/images,
 * made of what the Machines' root filesystem has. `setup/engine-tree.mjs` calls it and gives the directory its name.
 */
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildLabImages, ImageStore } from '../engine/image';
import { NodeFiles } from '../engine/image/host';

const [, , rootfs, target] = process.argv;
if (!rootfs || !target) throw new Error('usage: lab-images.ts ROOTFS DIRECTORY');
process.umask(0o022);
const root = await realpath(rootfs);
const layout = join(target, 'usr/share/images');
await mkdir(layout, { recursive: true });
let names = 0;
await buildLabImages(await ImageStore.open(new NodeFiles(layout), () => `${++names}`), readFromMachine);
await rm(join(layout, 'ingest'), { recursive: true });

/** Null when it is not there. Errors: for a link that leads out of it, to this computer's own files. */
async function readFromMachine(path: string): Promise<Uint8Array | null> {
  try {
    const file = await realpath(join(root, path));
    if (!file.startsWith(`${root}/`)) throw new Error(`${path}: leads to ${file}, which is outside ${root}`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
