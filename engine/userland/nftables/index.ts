/** nftables 1.0.6. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { nft } from './nft/nft';

export const programs: Record<string, Program> = { nft };

export const files: InstalledProgram[] = [{ path: '/usr/sbin/nft', program: 'nft', size: 26_776 }];
