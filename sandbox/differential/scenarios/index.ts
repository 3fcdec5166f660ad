/** All scenarios, by subject. */
import type { Scenario } from '../scenario';
import { mounts } from './mounts';
import { namespaces } from './namespaces';
import { network } from './network';
import { overlay } from './overlay';
import { processes } from './processes';

export const subjects: Readonly<Record<string, readonly Scenario[]>> = {
  mounts,
  overlay,
  namespaces,
  processes,
  network,
};
