/** nftables 1.0.6 and iptables-nft 1.8.9. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';

export const programs: Record<string, Program> = {};

export const files: InstalledProgram[] = [];
