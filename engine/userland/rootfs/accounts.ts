/** The users and groups of a Machine (passwd(5), group(5), shadow(5)): those of Debian's base, and the learner. */
const nologin = '/usr/sbin/nologin';

const users: ReadonlyArray<[name: string, uid: number, gid: number, gecos: string, home: string, shell: string]> = [
  ['root', 0, 0, 'root', '/root', '/bin/bash'],
  ['daemon', 1, 1, 'daemon', '/usr/sbin', nologin],
  ['bin', 2, 2, 'bin', '/bin', nologin],
  ['sys', 3, 3, 'sys', '/dev', nologin],
  ['sync', 4, 65534, 'sync', '/bin', '/bin/sync'],
  ['games', 5, 60, 'games', '/usr/games', nologin],
  ['man', 6, 12, 'man', '/var/cache/man', nologin],
  ['lp', 7, 7, 'lp', '/var/spool/lpd', nologin],
  ['mail', 8, 8, 'mail', '/var/mail', nologin],
  ['news', 9, 9, 'news', '/var/spool/news', nologin],
  ['uucp', 10, 10, 'uucp', '/var/spool/uucp', nologin],
  ['proxy', 13, 13, 'proxy', '/bin', nologin],
  ['www-data', 33, 33, 'www-data', '/var/www', nologin],
  ['backup', 34, 34, 'backup', '/var/backups', nologin],
  ['list', 38, 38, 'Mailing List Manager', '/var/list', nologin],
  ['irc', 39, 39, 'ircd', '/run/ircd', nologin],
  ['_apt', 42, 65534, '', '/nonexistent', nologin],
  ['nobody', 65534, 65534, 'nobody', '/nonexistent', nologin],
  ['uuidd', 100, 101, '', '/run/uuidd', nologin],
  ['tcpdump', 101, 102, '', '/nonexistent', nologin],
  ['learner', 1000, 1000, '', '/home/learner', '/bin/bash'],
];

const groups: ReadonlyArray<[name: string, gid: number]> = [
  ['root', 0],
  ['daemon', 1],
  ['bin', 2],
  ['sys', 3],
  ['adm', 4],
  ['tty', 5],
  ['disk', 6],
  ['lp', 7],
  ['mail', 8],
  ['news', 9],
  ['uucp', 10],
  ['man', 12],
  ['proxy', 13],
  ['kmem', 15],
  ['dialout', 20],
  ['fax', 21],
  ['voice', 22],
  ['cdrom', 24],
  ['floppy', 25],
  ['tape', 26],
  ['sudo', 27],
  ['audio', 29],
  ['dip', 30],
  ['www-data', 33],
  ['backup', 34],
  ['operator', 37],
  ['list', 38],
  ['irc', 39],
  ['src', 40],
  ['shadow', 42],
  ['utmp', 43],
  ['video', 44],
  ['sasl', 45],
  ['plugdev', 46],
  ['staff', 50],
  ['games', 60],
  ['users', 100],
  ['nogroup', 65534],
  ['uuidd', 101],
  ['tcpdump', 102],
  ['learner', 1000],
];

export const shadowGid = 42;
export const staffGid = 50;
export const mailGid = 8;

export function passwd(): string {
  return users
    .map(([name, uid, gid, gecos, home, shell]) => `${name}:x:${uid}:${gid}:${gecos}:${home}:${shell}\n`)
    .join('');
}

export function group(): string {
  return groups.map(([name, gid]) => `${name}:x:${gid}:\n`).join('');
}

/** Nobody has a password: root needs none here, and the learner becomes root by sudo. */
export function shadow(): string {
  return users.map(([name]) => `${name}:${name === 'learner' ? '!' : '*'}:20783:0:99999:7:::\n`).join('');
}

export function gshadow(): string {
  return groups.map(([name]) => `${name}:*::\n`).join('');
}
