'use client';

import type { DiagramName } from '../../../lessons';
import type { StateTimeline } from '../timeline';

export interface DiagramPaneProps {
  /** The history that is drawn; the pane subscribes to it. */
  timeline: StateTimeline;
  /** The lesson's diagrams, most telling first; the first is open, the others follow, and after them all the rest. */
  diagrams: readonly DiagramName[];
  /** The lab's Machines, the learner's first. */
  machines: ReadonlyArray<{ id: string; hostname: string }>;
}

export function DiagramPane({ diagrams }: DiagramPaneProps) {
  return <section aria-label="Diagrams">{diagrams.join(', ')}</section>;
}
