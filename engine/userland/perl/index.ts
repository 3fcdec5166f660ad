/** A very small Perl: what lessons call it for. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { perl } from './perl';

export const programs: Record<string, Program> = { perl };

export const files: InstalledProgram[] = [{ path: '/usr/bin/perl', program: 'perl', size: 3_808_560 }];
