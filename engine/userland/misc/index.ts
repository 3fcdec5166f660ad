/** Programs of the smaller packages: hostname, uidmap and so on. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { hostname } from './hostname';
import { newgidmap, newuidmap } from './newuidmap';

export const programs: Record<string, Program> = { hostname, newgidmap, newuidmap };

/** Other names of the same program. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  hostname: ['dnsdomainname', 'domainname', 'nisdomainname', 'ypdomainname'],
};
const inSbin = new Set<string>();
const setUid = new Set(['newgidmap', 'newuidmap']);

export const files: InstalledProgram[] = Object.keys(programs).flatMap((program) =>
  [program, ...(aliases[program] ?? [])].map((name) => ({
    path: `/usr/${inSbin.has(name) ? 'sbin' : 'bin'}/${name}`,
    program,
    ...(setUid.has(program) ? { mode: 0o4755 } : {}),
  })),
);
