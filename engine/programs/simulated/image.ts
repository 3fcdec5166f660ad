/** `underlay-image` in a simulated Machine. */
import type { InstalledProgram } from '../../userland';
import { enginePrograms } from './engine-programs';

const later = enginePrograms('image', ['underlay-image'], async () => ({
  'underlay-image': (await import('../image/image')).underlayImage,
}));

export const { programs } = later;
export const parts = [later.part];

export const files: InstalledProgram[] = [
  { path: '/usr/local/bin/underlay-image', program: 'underlay-image', static: true },
];
