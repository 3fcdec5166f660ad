/** psmisc 23.6: processes by what they belong to and what they use. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';

export const programs: Record<string, Program> = {};

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/bin/${program}`,
  program,
}));
