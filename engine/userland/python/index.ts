/** A small, honest Python: what lessons' scripts need, and a plain word where it ends. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { python } from './python';

export const programs: Record<string, Program> = { python3: python };

export const files: InstalledProgram[] = [
  { path: '/usr/bin/python3.11', program: 'python3', size: 6_809_944, links: [['/usr/bin/python3', 'python3.11']] },
];
