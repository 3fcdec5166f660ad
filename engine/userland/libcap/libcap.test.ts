/** What the real tools print (libcap 2.66 of Debian 12). */
import { expect, test } from 'vitest';
import { bootTest } from '../../kernel/sim/testing/boot';
import { programs as coreutils } from '../coreutils';
import { programs as shells } from '../shell';
import { programs } from './programs';

function run(script: string): string {
  const { bash } = shells;
  if (!bash) throw new Error('no shell');
  return bootTest(
    { ...coreutils, ...programs, main: bash, bash },
    {
      argv: ['bash', '-c', `exec 2>&1; cd /tmp; ${script}`],
      env: { PATH: '/bin', LANG: 'C.UTF-8' },
      files: {
        '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/root:/bin/bash\n',
        '/etc/group': 'root:x:0:\nlearner:x:1000:\n',
        '/tmp/f': 'f\n',
        '/tmp/d/g': 'g\n',
      },
    },
  ).stdout;
}

test.each([
  ['capsh --decode=0000000000003000', '0x0000000000003000=cap_net_admin,cap_net_raw\n'],
  ['capsh --drop=cap_net_raw -- -c "capsh --has-b=cap_net_raw"', 'cap[cap_net_raw] not in bounding vector\n'],
  ['capsh --user=learner -- -c "id -un; getpcaps $$ | cut -d: -f2"', 'learner\n =\n'],
  ['capsh --has-p=cap_chown; echo $?', '0\n'],
  ['capsh --print | head -n 1', 'Current: =ep\n'],
  [
    'setcap cap_net_raw,cap_net_admin+ep f; getcap f nope',
    'nope (No such file or directory)\nf cap_net_admin,cap_net_raw=ep\n',
  ],
  ['setcap cap_chown=p d/g; getcap -r d; setcap -r d/g; getcap -r d', 'd/g cap_chown=p\n'],
  ['setcap cap_foo+ep f; echo $?', expect.stringMatching(/^fatal error: Invalid argument\n/)],
  ['getpcaps $$', expect.stringMatching(/^\d+: =ep\n$/)],
])('%s', (script, output) => {
  expect(run(script)).toEqual(output);
});
