/** psmisc 23.6: processes by what they belong to and what they use. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { fuser } from './fuser';
import { killall } from './killall';
import { pstree } from './pstree';

export const programs: Record<string, Program> = { fuser, killall, pstree };

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/bin/${program}`,
  program,
}));
