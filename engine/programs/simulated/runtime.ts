/** The OCI runtime in a simulated Machine. */
import type { InstalledProgram } from '../../userland';
import { enginePrograms } from './engine-programs';

const later = enginePrograms('runtime', ['runc'], async () => ({ runc: (await import('../runc/runc')).runc }));

export const { programs } = later;
export const parts = [later.part];

export const files: InstalledProgram[] = [
  { path: '/usr/local/sbin/runc', program: 'runc', static: true },
  { path: '/usr/local/bin/underlay-oci', program: 'runc', static: true },
];
