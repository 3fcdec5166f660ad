/**
 * Our own files of a Machine (`setup/rootfs/`) for the simulated one, so that both kernels' Machines read the same
 * start-up files. `node setup/sim-files.mjs` writes the list; a test holds it to its source.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { overlayDirectory, overlayFiles, overlayModes } from './rootfs-spec.mjs';

export const target = join(root, 'engine/userland/rootfs/machine-files.json');

export function machineFiles() {
  return overlayFiles().map((path) => ({
    path: `/${path}`,
    mode: overlayModes.get(path) ?? 0o644,
    text: readFileSync(join(overlayDirectory, path), 'utf8'),
  }));
}

if (process.argv[1] === join(root, 'setup/sim-files.mjs')) {
  writeFileSync(target, `${JSON.stringify(machineFiles(), null, 2)}\n`);
}
