/** What the usual way into a lesson does not need, loaded when the first of them is executed. */
import type { Program } from '../../kernel/sim';
import { col } from './col';
import { blkid, dmesg, logger, losetup, lsblk, lscpu } from './devices';
import { fallocate } from './fallocate';
import { findmnt } from './findmnt/findmnt';
import { flock } from './flock';
import { getopt } from './getopt';
import { ipcmk } from './ipcmk';
import { ipcrm } from './ipcrm';
import { ipcs } from './ipcs/ipcs';
import { last, login, mesg, nologin, runuser, script } from './logins';
import { mountpoint } from './mountpoint';
import { namei } from './namei';
import { pivotRoot } from './pivot-root';
import { choom, chrt, ionice, renice, taskset } from './priorities';
import { prlimit } from './prlimit';
import { mcookie, uuidgen } from './random-names';
import { setpriv } from './setpriv';
import { swapoff, swapon } from './swap';
import { switchRoot } from './switch-root';
import { whereis } from './whereis';

export const programs = {
  findmnt,
  ipcmk,
  ipcrm,
  ipcs,
  mountpoint,
  pivot_root: pivotRoot,
  setpriv,
  blkid,
  choom,
  col,
  chrt,
  dmesg,
  fallocate,
  flock,
  getopt,
  ionice,
  last,
  logger,
  login,
  losetup,
  lsblk,
  lscpu,
  mcookie,
  mesg,
  namei,
  nologin,
  prlimit,
  renice,
  runuser,
  script,
  swapoff,
  swapon,
  switch_root: switchRoot,
  taskset,
  uuidgen,
  whereis,
} satisfies Record<string, Program>;
