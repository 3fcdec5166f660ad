/** The shells of a Machine: bash, and dash as sh. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { shellProgram } from './startup/main';
import { scriptParts } from './startup/simple-parts';

export const programs: Record<string, Program> = {
  bash: shellProgram('bash', scriptParts),
  sh: shellProgram('dash', scriptParts),
};

export const files: InstalledProgram[] = [
  { path: '/usr/bin/bash', program: 'bash', size: 1_265_648 },
  { path: '/usr/bin/dash', program: 'sh', size: 125_640 },
  { path: '/usr/bin/sh', program: 'sh', size: 125_640 },
];
