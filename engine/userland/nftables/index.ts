/** nftables 1.0.6 and iptables 1.8.9. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import {
  ip6tables,
  ip6tablesRestore,
  ip6tablesSave,
  iptables,
  iptablesRestore,
  iptablesSave,
} from './iptables/iptables';
import { nft } from './nft/nft';

const multi: Readonly<Record<string, Program>> = {
  iptables,
  ip6tables,
  'iptables-save': iptablesSave,
  'ip6tables-save': ip6tablesSave,
  'iptables-restore': iptablesRestore,
  'ip6tables-restore': ip6tablesRestore,
};

/** One file with many names. */
const xtables: Program = function* (sys, argv, env) {
  const name = (argv[0] ?? '').replace(/^.*\//, '').replace('-nft', '');
  return yield* (multi[name] ?? iptables)(sys, argv, env);
};

export const programs: Record<string, Program> = { nft, 'xtables-nft-multi': xtables };

/** `iptables` by way of Debian's alternatives, and `iptables-nft`. */
const links = Object.keys(multi).flatMap((name): Array<readonly [string, string]> => {
  const nftName = name.replace('tables', 'tables-nft');
  return [
    [`/usr/sbin/${nftName}`, 'xtables-nft-multi'],
    [`/etc/alternatives/${name}`, `/usr/sbin/${nftName}`],
    [`/usr/sbin/${name}`, `/etc/alternatives/${name}`],
  ];
});

export const files: InstalledProgram[] = [
  { path: '/usr/sbin/nft', program: 'nft', size: 26_776 },
  { path: '/usr/sbin/xtables-nft-multi', program: 'xtables-nft-multi', size: 228_512, links },
];
