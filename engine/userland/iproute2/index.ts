/** iproute2 6.1: ip, ss, bridge, tc. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { bridge } from './bridge';
import { ip } from './ip/ip';
import { ss } from './ss';
import { tc } from './tc';

export const programs: Record<string, Program> = { ip, ss, bridge, tc };

export const files: InstalledProgram[] = [
  { path: '/usr/bin/ip', program: 'ip', size: 691_016, links: [['/usr/sbin/ip', '/bin/ip']] },
  { path: '/usr/bin/ss', program: 'ss', size: 193_680 },
  { path: '/usr/sbin/bridge', program: 'bridge', size: 156_200 },
  { path: '/usr/sbin/tc', program: 'tc', size: 587_776 },
];
