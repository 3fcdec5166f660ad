/** Makes executables of our plugins. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
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

/**
 * The executables are copies of one client; what they lead to lies in this repository, beside the packages it needs: an
 * installation ends with the repository it was made from.
 */
export async function install({ directory, idleSeconds, runDirectory }: InstallOptions): Promise<Installed> {
  const code = await bundle();
  const id = createHash('sha256')
    .update(code)
    .update(JSON.stringify([idleSeconds, runDirectory]))
    .digest('hex')
    .slice(0, 16);
  const home = join(repository, 'node_modules/.cache/underlay-cni', id);
  const script = join(home, files.script);
  const socket = join(resolve(runDirectory), `cni-${id}.sock`);
  mkdirSync(home, { recursive: true });
  mkdirSync(directory, { recursive: true });
  replace(script, code);
  replace(join(home, files.settings), JSON.stringify({ socket, idleSeconds }));
  replace(join(home, files.client), clientImage({ socket, program: process.execPath, script }));
  for (const type of pluginTypes) installOne(join(home, files.client), join(directory, type));
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
    // Native: it cannot be part of a script.
    external: ['koffi'],
  });
  const [output] = outputFiles;
  if (!output) throw new Error('esbuild made no script of bin/cni/plugins.ts');
  return output.contents;
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
