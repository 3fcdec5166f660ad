/** libcap 2.66: capabilities of processes and files. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { capsh } from './capsh';
import { getcap } from './getcap';
import { getpcaps } from './getpcaps';
import { setcap } from './setcap';

export const programs: Record<string, Program> = { capsh, getcap, getpcaps, setcap };

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/sbin/${program}`,
  program,
}));
