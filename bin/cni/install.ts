/** Makes executables of our plugins. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pluginTypes } from '../../engine/cni';
import { clientImage } from '../../engine/kernel/linux';
import { bundle, koffiModule } from '../bundle';
import { files } from './installation';

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
  const code = await bundle('bin/cni/plugins.ts', koffiModule());
  const id = createHash('sha256').update(code).update(place).digest('hex').slice(0, 16);
  const socket = join(resolve(runDirectory), `cni-${id}.sock`);
  mkdirSync(place, { recursive: true });
  replace(script, code);
  replace(join(place, files.settings), JSON.stringify({ socket, idleSeconds }));
  replace(join(place, files.client), clientImage({ socket, program: process.execPath, script }));
  for (const type of pluginTypes) installOne(join(place, files.client), join(directory, type));
  return { script, socket };
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
