/** All of them, loaded when the first is executed. */
import type { Program } from '../../kernel/sim';
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

export const programs = {
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
} satisfies Record<string, Program>;
