/** Our programs as a Machine has them. */
import { pluginTypes } from '../../engine/cni';

/** Command lines, without the program's name. */
export type Trials = ReadonlyArray<readonly string[]>;

interface Program {
  /** Name of its bundle. */
  name: string;
  /** Path in the repository. */
  entry: string;
  /** What it is executed as: paths in a Machine. */
  executables: readonly [string, ...string[]];
  /**
   * Words it is run with when the tree is built, one command after the other, so that V8 has compiled what it often needs. In an empty
   * directory but for one called rootfs.
   */
  trials: Trials;
}

export const programs: readonly Program[] = [
  {
    name: 'runc',
    entry: 'bin/engine-tree/runc.ts',
    executables: ['/usr/local/sbin/runc', '/usr/local/bin/underlay-oci'],
    trials: [['spec'], ['plan'], ['--root', 'state', 'list']],
  },
  {
    name: 'cni-plugin',
    entry: 'bin/engine-tree/cni-plugin.ts',
    executables: ['/opt/cni/bin/bridge', ...pluginTypes.map((type) => `/opt/cni/bin/${type}`)],
    trials: [[]],
  },
  {
    name: 'cnitool',
    entry: 'bin/engine-tree/cnitool.ts',
    executables: ['/usr/local/bin/cnitool'],
    trials: [['--help']],
  },
  {
    name: 'underlay-image',
    entry: 'bin/engine-tree/underlay-image.ts',
    executables: ['/usr/local/bin/underlay-image'],
    trials: [['--help']],
  },
];
