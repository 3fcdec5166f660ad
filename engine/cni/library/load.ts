/** Configurations in a directory, as administrators put them there (`/etc/cni/net.d`). */
import type { CniFiles } from '../files';
import {
  asCniError,
  CniError,
  decodeObject,
  errorCodes,
  listOfOne,
  type NetworkList,
  parseNetworkList,
  parsePluginConfig,
} from '../spec';

/**
 * The list of that name: the first in the order of file names. Where no `.conflist` has it, a single configuration
 * (`.conf`, `.json`) of that name becomes a list of one.
 * Errors: 7 when there is none, or when a file before it is broken.
 */
export async function loadNetwork(files: CniFiles, directory: string, name: string): Promise<NetworkList> {
  const lists = await filesIn(files, directory, ['.conflist']);
  for (const path of lists) {
    const list = await loadNetworkList(files, path);
    if (list.name === name) return list;
  }
  const singles = await filesIn(files, directory, ['.conf', '.json']);
  for (const path of singles) {
    const list = await from(files, path, listOfOne);
    if (list.name === name) return list;
  }
  const problem =
    lists.length + singles.length === 0
      ? `no net configurations found in ${directory}`
      : `no net configuration with name ${JSON.stringify(name)} in ${directory}`;
  throw new CniError(errorCodes.invalidConfig, problem);
}

/** Every network of a directory, in the order of file names. Errors: as of `loadNetworkList`. */
export async function loadNetworks(files: CniFiles, directory: string): Promise<NetworkList[]> {
  const paths = await filesIn(files, directory, ['.conf', '.conflist', '.json']);
  return Promise.all(
    paths.map((path) => (path.endsWith('.conflist') ? loadNetworkList(files, path) : from(files, path, listOfOne))),
  );
}

/**
 * A list, with the plugins that lie as `*.conf` in the directory beside it that has the network's name.
 * Errors: 5, 6, 7, with the path of the file.
 */
async function loadNetworkList(files: CniFiles, path: string): Promise<NetworkList> {
  const list = await from(files, path, parseNetworkList);
  if (list.loadOnlyInlinedPlugins) return list;
  const further = await filesIn(files, `${path.slice(0, path.lastIndexOf('/'))}/${list.name}`, ['.conf']);
  const parse = (text: string) => parsePluginConfig(decodeObject(text, 'error parsing configuration'));
  const plugins = await Promise.all(further.map((file) => from(files, file, parse)));
  if (list.plugins.length + plugins.length === 0)
    throw new CniError(errorCodes.invalidConfig, `error loading ${path}: no plugin configs found`);
  return { ...list, plugins: [...list.plugins, ...plugins] };
}

async function filesIn(files: CniFiles, directory: string, endings: string[]): Promise<string[]> {
  const names = await files.list(directory);
  return names.filter((name) => endings.some((ending) => name.endsWith(ending))).map((name) => `${directory}/${name}`);
}

async function from<T>(files: CniFiles, path: string, parse: (text: string) => T): Promise<T> {
  const text = await files.read(path);
  if (text === null) throw new CniError(errorCodes.ioFailure, `error reading ${path}: it is gone`);
  try {
    return parse(text);
  } catch (error) {
    throw asCniError(error).within(`error loading ${path}`);
  }
}
