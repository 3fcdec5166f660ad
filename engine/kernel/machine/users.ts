/** The users a Machine's terminals and programs are started for, read from its /etc (passwd(5), group(5)). */
export interface User {
  name: string;
  uid: number;
  gid: number;
  /** All groups, with `gid`. */
  groups: number[];
  home: string;
  shell: string;
}

/** `passwd` and `group` are the texts of the files. Null when there is no such user. */
export function findUser(passwd: string, group: string, name: string): User | null {
  const line = passwd.split('\n').find((one) => one.startsWith(`${name}:`));
  if (line === undefined) return null;
  const [, , uid, gid, , home = '/', shell = '/bin/sh'] = line.split(':');
  const further = group
    .split('\n')
    .filter((one) => one.includes(name))
    .map((one) => one.split(':'))
    .filter(([, , , members]) => members?.split(',').includes(name));
  const groups = new Set([Number(gid), ...further.map(([, , id]) => Number(id))]);
  return { name, uid: Number(uid), gid: Number(gid), groups: [...groups], home, shell };
}

/** The environment a login gives (login(1)), before a shell's own start-up files. */
export function loginEnvironment(user: User): Record<string, string> {
  return {
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: user.shell,
    LANG: 'C.UTF-8',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  };
}
