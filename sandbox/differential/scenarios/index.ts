/** All scenarios, by subject. */
import type { Scenario } from '../scenario';
import { archives } from './archives';
import { mounts } from './mounts';
import { namespaces } from './namespaces';
import { network } from './network';
import { overlay } from './overlay';
import { processes } from './processes';
import { runtime } from './runtime';
import { shell } from './shell';
import { tools } from './tools';

export const subjects: Readonly<Record<string, readonly Scenario[]>> = {
  mounts,
  overlay,
  namespaces,
  processes,
  network,
  shell,
  tools,
  archives,
  runtime,
};
