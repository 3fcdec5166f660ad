/** The users of a Machine, read from its root filesystem (passwd(5), group(5)). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface User {
  name: string;
  uid: number;
  gid: number;
  /** All groups, with `gid`. */
  groups: number[];
  home: string;
  shell: string;
}

export type UserName = 'root' | 'learner';

export function readUser(rootfs: string, name: UserName): User {
  const line = fieldsOf(join(rootfs, 'etc/passwd')).find(([user]) => user === name);
  if (!line) throw new Error(`the root filesystem ${rootfs} has no user ${name}: build it again with setup/rootfs.mjs`);
  const [, , uid, gid, , home, shell] = line;
  const further = fieldsOf(join(rootfs, 'etc/group'))
    .filter(([, , , members]) => members?.split(',').includes(name))
    .map(([, , id]) => Number(id));
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    groups: [...new Set([Number(gid), ...further])],
    home: home ?? '/',
    shell: shell ?? '/bin/sh',
  };
}

function fieldsOf(path: string): string[][] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
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
