import type { Mode } from '../services';
import { type LabMode, placeOfSimulator } from '../simulator/mode';

/** The heavy parts, loaded when they are asked for; each import is asked for once and kept. */

export const loadLive = () => import('./live');
export const loadDiagrams = () => import('../diagrams').then((room) => ({ default: room.DiagramPane }));
export const loadFiles = () => import('../editor/files-pane');

/** Called when somebody is about to start a lab, so that the click finds its code ready. */
export function prepareLab(mode: LabMode | null, modes: readonly Mode[]): void {
  if (mode === 'simulated' && placeOfSimulator(modes) === 'browser') {
    void import('../simulator/dial').then(({ warmSimulator }) => warmSimulator());
  }
  // A part that does not come now is asked for again, and its failure told, when it is needed.
  for (const load of [loadLive, loadDiagrams, () => import('../lab/open')]) load().catch(() => undefined);
}
