/** Network programs: ping, curl, nc, socat, tcpdump, busybox. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';

export const programs: Record<string, Program> = {};

export const files: InstalledProgram[] = [];
