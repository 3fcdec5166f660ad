/** A bundle: a directory with config.json and, usually, the root filesystem (runtime spec, bundle.md). */
import type { Config } from '../config';
import { RuntimeError } from '../error';
import { checkHost } from './check-host';
import type { RuntimeContext } from './container';

export interface Bundle {
  config: Config;
  /** The text that it was read from. */
  text: string;
  /** Absolute and without symbolic links. */
  rootfs: string;
}

/** Errors: no config.json, a bad one, one that asks for what this host does not have, no root filesystem. */
export function readBundle({ system, configs }: RuntimeContext, directory: string): Bundle {
  const text = system.files.read(`${directory}/config.json`);
  if (text === null) throw new RuntimeError(`JSON specification file config.json not found in ${directory}`);
  const config = configs.parse(text);
  const { path } = config.root;
  const rootfs = path.startsWith('/') ? path : `${directory}/${path}`;
  if (system.files.kind(rootfs) !== 'directory')
    throw new RuntimeError(`config.json: root.path: ${rootfs} is no directory`);
  const real = system.files.realPath(rootfs);
  checkHost(config, real, system);
  return { config, text, rootfs: real };
}
