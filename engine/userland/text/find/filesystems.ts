/** Types of filesystems by device, as -fstype and %F tell them. */
import type { Blocking, Stat, Sys } from '../../../kernel/sim';
import { readMounts } from '../../lib/mountinfo';
import { deviceText } from '../../lib/stat';

export interface Filesystems {
  typeOf: (stat: Stat) => string;
}

export function* readFilesystems(sys: Sys): Blocking<Filesystems> {
  const types = new Map((yield* readMounts(sys)).map(({ device, type }) => [device, type]));
  return { typeOf: ({ dev }) => types.get(deviceText(dev)) ?? 'unknown' };
}
