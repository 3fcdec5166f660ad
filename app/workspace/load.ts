import { modesAtFirst } from '../lab/server-answers';
import type { Mode } from '../services';
import { type LabMode, placeOfSimulator } from '../simulator/mode';
import { warmSimulator } from '../simulator/start';
import { Late } from '../ui/late';

/** The heavy parts, loaded when they are asked for; each is kept. */

export const late = {
  live: new Late(async () => (await import('./live')).Live),
  diagrams: new Late(async () => (await import('../diagrams')).DiagramPane),
  files: new Late(async () => (await import('../editor/files-pane')).FilesPane),
};

/** Called when somebody is about to start a lab, so that the click finds its code ready. */
export function prepareLab(mode: LabMode | null, modes: readonly Mode[]): void {
  if (mode === 'simulated' && placeOfSimulator(modes) === 'browser') warmSimulator();
  // A part that does not come now is asked for again, and its failure told, when it is needed.
  for (const part of [late.live.load(), late.diagrams.load(), import('../lab/open')]) part.catch(() => undefined);
}

// From a file server labs run in this tab only: their code comes while the page itself is still being made ready.
if (modesAtFirst !== null && typeof window !== 'undefined') prepareLab('simulated', modesAtFirst);
