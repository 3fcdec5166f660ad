/** What the real programs print (Debian 12): of sudo, su, hostname, uidmap, attr, acl, ncurses and libc-bin. */
import { beforeAll, expect, test } from 'vitest';
import { type BootOptions, bootTest } from '../../kernel/sim/testing/boot';
import { programs as coreutils, parts as coreutilsParts } from '../coreutils';
import { loadAll } from '../lib/loaded-later';
import { programs as shells } from '../shell';
import { programs as utilLinux, parts as utilLinuxParts } from '../util-linux';
import { parts, programs } from '.';

beforeAll(() => loadAll([...parts, ...coreutilsParts, ...utilLinuxParts]));

const sudoers =
  'Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%admins ALL=(root) /bin/id, /bin/cat /etc/*\nlearner ALL=(ALL) NOPASSWD: ALL\n';

const files: BootOptions['files'] = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/tmp:/bin/bash\nother:x:1001:1001::/tmp:/bin/bash\n',
  '/etc/group': 'root:x:0:\nlearner:x:1000:\nother:x:1001:\nadmins:x:27:other\n',
  '/etc/sudoers': [0o440, sudoers],
  '/etc/subuid': 'learner:100000:65536\n',
  '/etc/subgid': 'learner:100000:65536\n',
  '/etc/hosts': '127.0.0.1 localhost\n10.0.0.1 lab.example lab\n',
  '/tmp/f': 'f\n',
};

/** As root; `as NAME COMMAND...` is somebody else, with the set-user-id programs that there are. */
function run(script: string): string {
  const { bash } = shells;
  if (!bash) throw new Error('no shell');
  const prepare =
    'for i in sudo su newuidmap newgidmap mount; do chmod 4755 /bin/$i; done; as() { local user=$1; shift; setpriv --reuid $user --regid $user --init-groups "$@"; }';
  return bootTest(
    { ...coreutils, ...utilLinux, ...programs, main: bash, bash },
    {
      argv: ['bash', '-c', `exec 2>&1; ${prepare}; cd /tmp; ${script}`],
      env: { PATH: '/bin', LANG: 'C.UTF-8', TERM: 'xterm' },
      files,
    },
  ).stdout;
}

test.each([
  ['as learner sudo id -u', '0\n'],
  ['as learner sudo -u other id -un', 'other\n'],
  ['as learner sudo -n -u nope true', 'sudo: unknown user nope\nsudo: error initializing audit plugin sudoers_audit\n'],
  ['as other sudo -n id', 'sudo: a password is required\n'],
  ['as learner sudo nope', 'sudo: nope: command not found\n'],
  ['as learner sudo sh -c "exit 7"; as learner sudo bash -c "exit 7"; echo $?', 'sudo: sh: command not found\n7\n'],
  [
    'unshare -r sudo id',
    'sudo: PERM_SUDOERS: setresuid(-1, 1, -1): Invalid argument\nsudo: no valid sudoers sources found, quitting\nsudo: error initializing audit plugin sudoers_audit\n',
  ],
  ['as learner su -c id', 'Password: su: Authentication failure\n'],
  [
    'su learner -c "id -un"; su nope',
    'learner\nsu: user nope does not exist or the user entry does not contain all the required fields\n',
  ],
  ['hostname lab; hostname; hostname -F f; hostname', 'lab\nf\n'],
  ['as learner hostname x', 'hostname: you must be root to change the host name\n'],
  ['as learner unshare -U --map-auto --map-root-user id -u', '0\n'],
  ['newuidmap 1 0 5 1', 'newuidmap: uid range [0-1) -> [5-6) not allowed\n'],
  [
    'setfattr -n user.a -v 1 f; getfattr -d f; getfattr -n user.b f',
    '# file: f\nuser.a="1"\n\nf: user.b: No such attribute\n',
  ],
  [
    'setfacl -m u:other:rw f; getfacl f',
    '# file: f\n# owner: root\n# group: root\nuser::rw-\nuser:other:rw-\ngroup::r--\nmask::rw-\nother::r--\n\n',
  ],
  [
    'getent passwd learner; getent group 27; getent hosts lab; getent passwd nope; echo $?',
    'learner:x:1000:1000::/tmp:/bin/bash\nadmins:x:27:other\n10.0.0.1        lab.example lab\n2\n',
  ],
  [
    'tput cols; tput setaf 1 | od -An -c; tput nope',
    "80\n 033   [   3   1   m\ntput: unknown terminfo capability 'nope'\n",
  ],
  ['which id nope; echo $?', '/bin/id\n1\n'],
  ['strace true; echo $?', expect.stringMatching(/\n1\n$/)],
])('%s', (script, output) => {
  expect(run(script)).toEqual(output);
});
