/**
 * `node --import tsx bin/engine-tree.ts DIRECTORY`: puts into an empty directory what a real Machine has of our engine, laid
 * over its root filesystem: the programs, and the Node that runs them. `setup/engine-tree.mjs` calls it and gives the tree its name.
 */
import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { platformDirectories } from '../engine/programs';
import { bundle, koffiModule } from './bundle';
import { executableOf, library, node, nodeOption } from './engine-tree/executable';
import { programs, type Trials } from './engine-tree/programs';

const koffi = 'koffi.node';

const [, , target] = process.argv;
if (!target) throw new Error('usage: engine-tree.ts DIRECTORY');
process.umask(0o022);
await build(target);

async function build(root: string): Promise<void> {
  const place = (path: string) => join(root, path);
  for (const path of [library, dirname(node), ...platformDirectories]) await mkdir(place(path), { recursive: true });
  await copyFile(koffiModule(), place(`${library}/${koffi}`));
  // One file with that of the server, where they are on one filesystem: in memory once, too.
  await link(process.execPath, place(node)).catch(() => copyFile(process.execPath, place(node)));
  await writeFile(place(`${library}/start.cjs`), await bundle('bin/engine-tree/start.ts', koffi));
  await Promise.all(
    programs.map(async ({ name, entry, executables, trials }) => {
      await writeFile(place(`${library}/${name}.cjs`), await bundle(entry, koffi));
      for (const path of executables) await writeExecutable(place(path), name);
      await precompile(place(library), name, place(executables[0]), trials);
    }),
  );
}

async function writeExecutable(path: string, program: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, executableOf(program), { mode: 0o755 });
}

/** Runs the program, for what V8 compiles on the way: each time adds to what was kept before. */
async function precompile(library: string, program: string, path: string, trials: Trials): Promise<void> {
  const code = `require(${JSON.stringify(`${library}/start.cjs`)}).precompile('${program}')`;
  const cwd = await mkdtemp(join(tmpdir(), 'underlay-engine-tree-'));
  try {
    await mkdir(join(cwd, 'rootfs'));
    for (const words of trials)
      await promisify(execFile)(process.execPath, [nodeOption, '-e', code, '--', path, ...words], { cwd });
  } finally {
    await rm(cwd, { recursive: true });
  }
}
