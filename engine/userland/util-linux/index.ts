/** util-linux 2.38.1, as far as a Machine needs it. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { findmnt } from './findmnt';
import { ipcmk } from './ipcmk';
import { ipcrm } from './ipcrm';
import { ipcs } from './ipcs/ipcs';
import { lsns } from './lsns';
import { mount } from './mount/mount';
import { mountpoint } from './mountpoint';
import { nsenter } from './nsenter';
import { pivotRoot } from './pivot-root';
import { setpriv } from './setpriv';
import { setsid } from './setsid';
import { umount } from './umount';
import { unshare } from './unshare';

export const programs: Record<string, Program> = {
  findmnt,
  ipcmk,
  ipcrm,
  ipcs,
  lsns,
  mount,
  mountpoint,
  nsenter,
  pivot_root: pivotRoot,
  setpriv,
  setsid,
  umount,
  unshare,
};

const inSbin = new Set(['pivot_root']);
const setUid = new Set(['mount', 'umount']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`,
  program,
  ...(setUid.has(program) ? { mode: 0o4755 } : {}),
}));
