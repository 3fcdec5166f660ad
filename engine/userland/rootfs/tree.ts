/** Directories and links of a Machine's root, as Debian 12 lays them out (merged /usr). */
import { mailGid, staffGid } from './accounts';

export interface DirectorySpec {
  path: string;
  mode?: number;
  gid?: number;
}

export const directories: readonly DirectorySpec[] = [
  ...['/boot', '/dev', '/etc', '/home', '/media', '/mnt', '/opt', '/proc', '/run', '/srv', '/sys', '/usr', '/var'],
  ...['/etc/alternatives', '/etc/default', '/etc/opt', '/etc/profile.d', '/etc/skel', '/etc/sudoers.d', '/etc/vim'],
  ...['/etc/security', '/etc/sysctl.d', '/etc/iproute2', '/etc/init.d', '/etc/terminfo'],
  ...['/usr/bin', '/usr/games', '/usr/include', '/usr/lib', '/usr/lib64', '/usr/libexec', '/usr/sbin', '/usr/share'],
  ...['/usr/src', '/usr/lib/x86_64-linux-gnu', '/usr/share/doc', '/usr/share/man', '/usr/share/misc'],
  ...['/usr/local', '/usr/local/bin', '/usr/local/etc', '/usr/local/games', '/usr/local/include', '/usr/local/lib'],
  ...['/usr/local/sbin', '/usr/local/share', '/usr/local/src'],
  ...['/var/backups', '/var/cache', '/var/lib', '/var/lib/misc', '/var/log', '/var/opt', '/var/spool'],
].map((path) => ({ path }));

export const specialDirectories: readonly DirectorySpec[] = [
  { path: '/root', mode: 0o700 },
  { path: '/tmp', mode: 0o1777 },
  { path: '/var/tmp', mode: 0o1777 },
  { path: '/run/lock', mode: 0o1777 },
  { path: '/var/local', mode: 0o2775, gid: staffGid },
  { path: '/var/mail', mode: 0o2775, gid: mailGid },
];

export const links: ReadonlyArray<[path: string, target: string]> = [
  ['/bin', 'usr/bin'],
  ['/lib', 'usr/lib'],
  ['/lib64', 'usr/lib64'],
  ['/sbin', 'usr/sbin'],
  ['/var/lock', '/run/lock'],
  ['/var/run', '/run'],
  ['/etc/os-release', '../usr/lib/os-release'],
  ['/usr/local/man', 'share/man'],
  ['/usr/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'],
];

/** What dynamically linked programs need beside themselves; the bytes are not looked at. */
export const libraries: ReadonlyArray<[path: string, size: number]> = [
  ['/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 210_904],
  ['/usr/lib/x86_64-linux-gnu/libc.so.6', 1_926_232],
  ['/usr/lib/x86_64-linux-gnu/libtinfo.so.6.4', 216_368],
];
