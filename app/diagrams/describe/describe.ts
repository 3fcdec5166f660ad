/** What a patch did, in words: one sentence a change, in the terms of the kernel's own manual. */
import type { LabState, StatePatch } from '../../../engine/state';
import type { ChangeLine } from './change';
import { describeEngine } from './engine';
import { describeMounts } from './mounts';
import { describeNamespaces } from './namespaces';
import { describeNetwork } from './network';
import { describeObjects } from './objects';
import { describeOverlays } from './overlays';
import { describeProcesses } from './processes';

/** Says what `patch`, which turned `before` into `after`, did: most telling first. Pure. */
export function describeChange(before: LabState, after: LabState, patch: StatePatch): ChangeLine[] {
  const change = { before, after, patch };
  return [
    ...describeEngine(change),
    ...describeNamespaces(change),
    ...describeOverlays(change),
    ...describeMounts(change),
    ...describeNetwork(change),
    ...describeObjects(change),
    ...describeProcesses(change),
  ];
}
