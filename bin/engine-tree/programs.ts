/** Our programs as a Machine has them. */
import { pluginTypes } from '../../engine/cni';

interface Program {
  /** Name of its bundle. */
  name: string;
  /** Path in the repository. */
  entry: string;
  /** What it is executed as: paths in a Machine. */
  executables: readonly [string, ...string[]];
  /** Words it is run with once when the tree is built, so that V8 has compiled what it always needs. */
  trial: readonly string[];
}

export const programs: readonly Program[] = [
  {
    name: 'runc',
    entry: 'bin/engine-tree/runc.ts',
    executables: ['/usr/local/sbin/runc', '/usr/local/bin/underlay-oci'],
    trial: ['--version'],
  },
  {
    name: 'cni-plugin',
    entry: 'bin/engine-tree/cni-plugin.ts',
    executables: ['/opt/cni/bin/bridge', ...pluginTypes.map((type) => `/opt/cni/bin/${type}`)],
    trial: [],
  },
  { name: 'cnitool', entry: 'bin/engine-tree/cnitool.ts', executables: ['/usr/local/bin/cnitool'], trial: ['--help'] },
  {
    name: 'underlay-image',
    entry: 'bin/underlay-image.ts',
    executables: ['/usr/local/bin/underlay-image'],
    trial: ['--help'],
  },
];
