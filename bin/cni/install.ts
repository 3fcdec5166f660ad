/** Makes executables of our plugins. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { pluginTypes } from '../../engine/cni';
import { clientImage } from '../../engine/kernel/linux';
import { files } from './installation';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface InstallOptions {
  /** Where the executables go, one a plugin. */
  directory: string;
  /** The resident engine ends when nobody has called for so long; 0: none is started. */
  idleSeconds: number;
  /** Where the engine's socket goes. */
  runDirectory: string;
}

export interface Installed {
  /** What `node SCRIPT --serve` serves. */
  script: string;
  socket: string;
}

/** What the executables lead to lies in a directory of this name beside them: whoever removes theirs removes it, too. */
const home = '.underlay-cni';

/** The executables are copies of one client. koffi stays where it is: an installation ends with what it was made from. */
export async function install({ directory, idleSeconds, runDirectory }: InstallOptions): Promise<Installed> {
  const place = join(resolve(directory), home);
  const script = join(place, files.script);
  // Two installations have two engines, and so has one that was made again from other sources.
  const code = await bundle();
  const id = createHash('sha256').update(code).update(place).digest('hex').slice(0, 16);
  const socket = join(resolve(runDirectory), `cni-${id}.sock`);
  mkdirSync(place, { recursive: true });
  replace(script, code);
  replace(join(place, files.settings), JSON.stringify({ socket, idleSeconds }));
  replace(join(place, files.client), clientImage({ socket, program: process.execPath, script }));
  for (const type of pluginTypes) installOne(join(place, files.client), join(directory, type));
  return { script, socket };
}

async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(repository, 'bin/cni/plugins.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [outside('koffi')],
  });
  const [output] = outputFiles;
  if (!output) throw new Error('esbuild made no script of bin/cni/plugins.ts');
  return output.contents;
}

/** A package with native code cannot be part of a script: it is loaded from where it is. */
function outside(name: string): Plugin {
  const path = pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
  return {
    name,
    setup: ({ onResolve }) => onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path, external: true })),
  };
}

/** A program that is being executed cannot be written to, but another can take its place. */
function installOne(client: string, path: string): void {
  const draft = `${path}.new`;
  copyFileSync(client, draft);
  chmodSync(draft, 0o755);
  renameSync(draft, path);
}

function replace(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
