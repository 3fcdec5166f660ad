/** util-linux 2.38.1, as far as a Machine needs it. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';
import { lsns } from './lsns';
import { mount } from './mount/mount';
import { nsenter } from './nsenter';
import { setsid } from './setsid';
import { umount } from './umount';
import { unshare } from './unshare';

const later = loadedLater(
  'util-linux',
  [
    'findmnt',
    'ipcmk',
    'ipcrm',
    'ipcs',
    'mountpoint',
    'pivot_root',
    'setpriv',
    'blkid',
    'choom',
    'col',
    'chrt',
    'dmesg',
    'fallocate',
    'flock',
    'getopt',
    'ionice',
    'last',
    'logger',
    'login',
    'losetup',
    'lsblk',
    'lscpu',
    'mcookie',
    'mesg',
    'namei',
    'nologin',
    'prlimit',
    'renice',
    'runuser',
    'script',
    'swapoff',
    'swapon',
    'switch_root',
    'taskset',
    'uuidgen',
    'whereis',
  ],
  () => import('./rare'),
);

export const programs: Record<string, Program> = { ...later.programs, lsns, mount, nsenter, setsid, umount, unshare };
export const parts = [later.part];

const inSbin = new Set(['blkid', 'losetup', 'nologin', 'pivot_root', 'runuser', 'swapoff', 'swapon', 'switch_root']);
const setUid = new Set(['mount', 'umount']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`,
  program,
  ...(setUid.has(program) ? { mode: 0o4755 } : {}),
}));
