/** procps-ng 4.0.2: what there is to know of processes, memory and the kernel's settings. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { ps } from './ps/ps';

export const programs: Record<string, Program> = { ps };

const inSbin = new Set(['sysctl']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`,
  program,
}));
