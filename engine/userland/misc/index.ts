/** Programs of the smaller packages: attr, hostname, login's su, sudo, tini, uidmap. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { groupadd, groupdel, passwd, useradd, userdel, usermod } from './accounts';
import { getfacl } from './acl/getfacl';
import { setfacl } from './acl/setfacl';
import { getfattr } from './attr/getfattr';
import { setfattr } from './attr/setfattr';
import { getent } from './getent';
import { getsubids } from './getsubids';
import { hostname } from './hostname';
import { ldd } from './ldd';
import { locale } from './locale';
import { lsof } from './lsof/lsof';
import { newgidmap, newuidmap } from './newuidmap';
import { strace } from './strace';
import { su } from './su';
import { sudo } from './sudo/sudo';
import { clear, infocmp, reset, tput } from './terminal/programs';
import { tini } from './tini';
import { which } from './which';

export const programs: Record<string, Program> = {
  clear,
  getent,
  getfacl,
  getfattr,
  getsubids,
  groupadd,
  groupdel,
  hostname,
  infocmp,
  ldd,
  locale,
  lsof,
  newgidmap,
  newuidmap,
  passwd,
  reset,
  setfacl,
  setfattr,
  strace,
  su,
  sudo,
  tini,
  tput,
  useradd,
  userdel,
  usermod,
  which,
};

/** Other names of the same program. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  hostname: ['dnsdomainname', 'domainname', 'nisdomainname', 'ypdomainname'],
  reset: ['tset'],
  sudo: ['sudoedit'],
  tini: ['tini-static'],
  which: ['which.debianutils'],
};
const inSbin = new Set(['groupadd', 'groupdel', 'useradd', 'userdel', 'usermod']);
const setUid = new Set(['newgidmap', 'newuidmap', 'passwd', 'su', 'sudo']);

export const files: InstalledProgram[] = Object.keys(programs).flatMap((program) =>
  [program, ...(aliases[program] ?? [])].map((name) => ({
    path: `/usr/${inSbin.has(name) ? 'sbin' : 'bin'}/${name}`,
    program,
    ...(setUid.has(program) ? { mode: 0o4755 } : {}),
  })),
);
