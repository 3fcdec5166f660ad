/** procps-ng 4.0.2: what there is to know of processes, memory and the kernel's settings. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { free } from './free';
import { kill } from './kill';
import { pgrep, pidwait, pkill } from './pgrep';
import { pidof } from './pidof';
import { pmap } from './pmap';
import { ps } from './ps/ps';
import { pwdx } from './pwdx';
import { sysctl } from './sysctl';
import { top } from './top/top';
import { uptime, w } from './uptime';
import { vmstat } from './vmstat';
import { watch } from './watch';

export const programs: Record<string, Program> = {
  free,
  kill,
  pgrep,
  pidof,
  pidwait,
  pkill,
  pmap,
  ps,
  pwdx,
  sysctl,
  top,
  uptime,
  vmstat,
  w,
  watch,
};

const inSbin = new Set(['sysctl']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`,
  program,
}));
