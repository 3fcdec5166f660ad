/** Programs of the smaller packages: attr, hostname, login's su, sudo, tini, uidmap. */

import type { Program } from '../../kernel/sim';
import { bare } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';
import { hostname } from './hostname';

const later = loadedLater(
  'misc',
  [
    'clear',
    'getent',
    'getfacl',
    'getfattr',
    'getsubids',
    'groupadd',
    'groupdel',
    'infocmp',
    'ldd',
    'locale',
    'lsof',
    'newgidmap',
    'newuidmap',
    'passwd',
    'reset',
    'setfacl',
    'setfattr',
    'strace',
    'su',
    'sudo',
    'tini',
    'tput',
    'useradd',
    'userdel',
    'usermod',
    'which',
  ],
  () => import('./rare'),
);

export const programs: Record<string, Program> = { ...later.programs, hostname };
export const parts = [later.part];

/** Other names of the same program. */
const aliases: Readonly<Record<string, readonly string[]>> = bare({
  hostname: ['dnsdomainname', 'domainname', 'nisdomainname', 'ypdomainname'],
  reset: ['tset'],
  sudo: ['sudoedit'],
  tini: ['tini-static'],
  which: ['which.debianutils'],
});
const inSbin = new Set(['groupadd', 'groupdel', 'useradd', 'userdel', 'usermod']);
const setUid = new Set(['newgidmap', 'newuidmap', 'passwd', 'su', 'sudo']);

export const files: InstalledProgram[] = Object.keys(programs).flatMap((program) =>
  [program, ...(aliases[program] ?? [])].map((name) => ({
    path: `/usr/${inSbin.has(name) ? 'sbin' : 'bin'}/${name}`,
    program,
    ...(setUid.has(program) ? { mode: 0o4755 } : {}),
  })),
);
