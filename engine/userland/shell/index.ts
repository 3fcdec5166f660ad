/** The shells of a Machine: bash, and dash as sh. */
import type { Part, Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { interactiveParts } from './interactive/parts';
import { shellProgram } from './startup/main';

export const parts: readonly Part[] = [];

export const programs: Record<string, Program> = {
  bash: shellProgram('bash', interactiveParts),
  sh: shellProgram('dash', interactiveParts),
};

/** BusyBox's: it finds applets before programs, and runs them itself. */
export function standaloneShell(applet: (name: string) => Program | 'self' | undefined): Program {
  return shellProgram('dash', interactiveParts, applet);
}

export const files: InstalledProgram[] = [
  { path: '/usr/bin/bash', program: 'bash', size: 1_265_648 },
  { path: '/usr/bin/dash', program: 'sh', size: 125_640, links: [['/usr/bin/sh', 'dash']] },
];
