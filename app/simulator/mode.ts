/** Where a lab runs: in the learner's own tab, or on the server's kernel. */
import type { Mode } from '../services';

export type LabMode = Mode['name'];

export const modeNames: Record<LabMode, string> = { simulated: 'Simulator', real: 'Real kernel' };

export const modeTexts: Record<LabMode, string> = {
  simulated:
    'A small Linux written for this course, in this browser tab: no server needed, every step can be taken back, packets can be followed.',
  real: 'Namespaces on the kernel of the computer that serves this page: the real thing, with everything Debian has.',
};

/** What the tab itself can do; the server tells the rest. */
export function simulatorMode(): Mode {
  if (typeof Worker === 'function') return { name: 'simulated', available: true };
  return { name: 'simulated', available: false, reason: 'This browser has no web workers.' };
}

/** The learner's choice where it can be had; else the real kernel where it can be had; else the simulator. */
export function chosenMode(modes: readonly Mode[], choice: string | null): LabMode {
  const isThere = (name: LabMode) => modes.some((mode) => mode.name === name && mode.available);
  if (choice === 'real' || choice === 'simulated') if (isThere(choice)) return choice;
  return isThere('real') ? 'real' : 'simulated';
}
