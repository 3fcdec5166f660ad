/** cnitool and CNI's plugins in a simulated Machine. */
import type { InstalledProgram } from '../../userland';
import { pluginNames } from '../cni/plugin-names';
import { enginePrograms } from './engine-programs';

const later = enginePrograms('cni', ['cnitool', 'cni-plugin'], async () => {
  const { cniPluginProgram, cnitoolProgram } = await import('../cni');
  return { cnitool: cnitoolProgram, 'cni-plugin': cniPluginProgram };
});

export const { programs } = later;
export const parts = [later.part];

export const files: InstalledProgram[] = [
  { path: '/usr/local/bin/cnitool', program: 'cnitool', static: true },
  ...pluginNames.map((name) => ({ path: `/opt/cni/bin/${name}`, program: 'cni-plugin', static: true })),
];
