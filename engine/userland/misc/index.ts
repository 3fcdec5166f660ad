/** Programs of the smaller packages: attr, hostname, login's su, sudo, tini, uidmap. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { getfattr } from './attr/getfattr';
import { setfattr } from './attr/setfattr';
import { getsubids } from './getsubids';
import { hostname } from './hostname';
import { newgidmap, newuidmap } from './newuidmap';
import { su } from './su';
import { sudo } from './sudo/sudo';
import { tini } from './tini';
import { which } from './which';

export const programs: Record<string, Program> = {
  getfattr,
  getsubids,
  hostname,
  newgidmap,
  newuidmap,
  setfattr,
  su,
  sudo,
  tini,
  which,
};

/** Other names of the same program. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  hostname: ['dnsdomainname', 'domainname', 'nisdomainname', 'ypdomainname'],
  sudo: ['sudoedit'],
  tini: ['tini-static'],
  which: ['which.debianutils'],
};
const setUid = new Set(['newgidmap', 'newuidmap', 'su', 'sudo']);

export const files: InstalledProgram[] = Object.keys(programs).flatMap((program) =>
  [program, ...(aliases[program] ?? [])].map((name) => ({
    path: `/usr/bin/${name}`,
    program,
    ...(setUid.has(program) ? { mode: 0o4755 } : {}),
  })),
);
