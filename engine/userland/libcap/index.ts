/** libcap 2.66: capabilities of processes and files. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';

export const programs: Record<string, Program> = {};

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/bin/${program}`,
  program,
}));
