import { modesAtFirst } from '../lab/server-answers';
import type { Mode } from '../services';
import { type LabMode, placeOfSimulator } from '../simulator/mode';
import { warmSimulator } from '../simulator/start';

/** The heavy parts, loaded when they are asked for; each import is asked for once and kept. */

export const loadLive = () => import('./live');
export const loadDiagrams = () => import('../diagrams').then((room) => ({ default: room.DiagramPane }));
export const loadFiles = () => import('../editor/files-pane');

/** Called when somebody is about to start a lab, so that the click finds its code ready. */
export function prepareLab(mode: LabMode | null, modes: readonly Mode[]): void {
  if (mode === 'simulated' && placeOfSimulator(modes) === 'browser') warmSimulator();
  // A part that does not come now is asked for again, and its failure told, when it is needed.
  for (const load of [loadLive, loadDiagrams, () => import('../lab/open')]) load().catch(() => undefined);
}

// From a file server labs run in this tab only: their code comes while the page itself is still being made ready.
if (modesAtFirst !== null && typeof window !== 'undefined') prepareLab('simulated', modesAtFirst);
