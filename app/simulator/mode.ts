/** Where a lab runs: in the learner's own tab, or on the server's kernel. */
import type { Mode } from '../services';

export type LabMode = Mode['name'];

export const modeNames: Record<LabMode, string> = { simulated: 'Simulator', real: 'Real kernel' };

const simulator = (where: string) =>
  `A small Linux written for this course, ${where}: every step can be taken back, packets can be followed.`;

/** What a mode is, for who has to choose. */
export function modeText(mode: LabMode, modes: readonly Mode[]): string {
  if (mode === 'real')
    return 'Namespaces on the kernel of the computer that serves this page: the real thing, with everything Debian has.';
  const where = placeOfSimulator(modes) === 'server' ? 'on the server' : 'in this browser tab, without a server';
  return simulator(where);
}

export function placeOfSimulator(modes: readonly Mode[]): 'browser' | 'server' {
  return modes.find(({ name }) => name === 'simulated')?.place ?? 'browser';
}

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
