/**
 * Builds the engine tree: what real Machines have of our engine, laid over their root filesystem (bin/engine-tree.ts), and the
 * images they find there (bin/lab-images.ts). By hand: `node setup/engine-tree.mjs` prints the tree's path when both are there.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { engineTreePath, labImagesPath, layerPaths, rootfsPath } from './paths.mjs';
import { run, tail } from './process.mjs';
import { explain, step } from './report.mjs';
import { root } from './root.mjs';

/** A tree that nobody has asked for in so long is old. */
const keptMs = 24 * 3600 * 1000;

/** Why the tree is not built on this machine, or undefined. */
export function cannotBuildEngineTree() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'real Machines need Linux on x86-64';
  return process.getuid?.() === 0 ? undefined : 'real Machines need root';
}

/** Builds what is laid over the root filesystem unless it is there, and resolves to the engine tree's path. Safe to call from several processes at once. */
export async function ensureEngineTree() {
  await ensureTree(labImagesPath(), ['bin/lab-images.ts', rootfsPath()]);
  return ensureTree(engineTreePath(), ['bin/engine-tree.ts']);
}

/** `program`: with its arguments, to which the directory is added that it is to fill. */
async function ensureTree(path, program) {
  const parent = dirname(path);
  if (!isThere(path)) {
    mkdirSync(parent, { recursive: true });
    await withLock(
      join(parent, '.lock'),
      () => {},
      async () => {
        if (isThere(path)) return;
        for (const name of readdirSync(parent)) {
          if (name.startsWith('.building-')) rmSync(join(parent, name), { recursive: true, force: true });
        }
        await build(join(parent, `.building-${process.pid}-${basename(path)}`), path, program);
        await removeOld(parent);
      },
    );
  }
  return path;
}

/** A tree only gets its name once it is whole. Who asks for it keeps it from becoming old. */
function isThere(path) {
  if (!existsSync(path)) return false;
  const now = new Date();
  utimesSync(path, now, now);
  return true;
}

async function build(building, path, program) {
  mkdirSync(building, { mode: 0o755 });
  try {
    const { code, output } = await run(process.execPath, ['--import', 'tsx', ...program, building], { cwd: root });
    if (code !== 0) throw new Error(`${program[0]} ended with ${code}:\n${tail(output)}`);
    renameSync(building, path);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
}

/** Servers hold a shared lock of the tree that their Machines stand on (flock(2)): theirs are left alone. */
async function removeOld(parent) {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const isOld = name !== '.lock' && Date.now() - statSync(path).mtimeMs > keptMs;
    if (isOld) await run('flock', ['--exclusive', '--nonblock', path, 'rm', '-rf', path]);
  }
}

/** Builds the tree with progress on the terminal. Returns whether it is there. */
export async function engineTreeStep() {
  if (layerPaths().every(isThere)) return true;
  const shown = step('Programs and images of the Machines');
  try {
    await ensureEngineTree();
    shown.done();
    return true;
  } catch (error) {
    shown.fail(error instanceof Error ? error.message : String(error));
    explain('Machines would be without runc, cnitool and their like, or without images.');
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await ensureEngineTree());
