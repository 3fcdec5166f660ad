/** nftables 1.0.6 and iptables 1.8.9. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater('nftables', ['nft', 'xtables-nft-multi'], () => import('./programs'));

export const { programs } = later;
export const parts = [later.part];

const names = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);

/** `iptables` by way of Debian's alternatives, and `iptables-nft`. */
const links = names.flatMap((name): Array<readonly [string, string]> => {
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
