/** What the real tools print (procps 4.0.2, psmisc 23.6 of Debian 12); whole scenarios are played on both kernels elsewhere. */
import { expect, test } from 'vitest';
import { bootTest } from '../../kernel/sim/testing/boot';
import { programs as coreutils } from '../coreutils';
import { programs as psmisc } from '../psmisc/programs';
import { programs as shells } from '../shell';
import { programs as utilLinux } from '../util-linux';
import { programs } from './programs';

const files = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/root:/bin/bash\n',
  '/etc/group': 'root:x:0:\nlearner:x:1000:\n',
  '/tmp/settings.conf': '# names\nkernel.hostname = lab\n-kernel.nope=1\n; that is all\n',
};

/** The script is process 1 of its namespace. */
function run(script: string): string {
  const { bash } = shells;
  const { unshare } = utilLinux;
  if (!bash || !unshare) throw new Error('no shell');
  const { stdout } = bootTest(
    { ...coreutils, ...utilLinux, ...psmisc, ...programs, main: unshare, bash },
    {
      argv: ['unshare', '--fork', '--pid', '--mount-proc', '--uts', 'bash', '-c', `exec 2>&1; cd /tmp; ${script}`],
      env: { PATH: '/bin', LANG: 'C.UTF-8' },
      files,
    },
  );
  return stdout;
}

const two = 'sleep 31 & bash -c "sleep 32; :" & sleep 0.1; ';

test.each([
  [
    'ps -e -o pid=,ppid=,comm=',
    '      1       0 ps\n      2       1 sleep\n      3       1 bash\n      5       3 sleep\n',
  ],
  ['ps -C sleep -o args --sort=-args', 'COMMAND\nsleep 32\nsleep 31\n'],
  ['ps -o pid,user,stat,tty,ni -p 2', '    PID USER     STAT TT        NI\n      2 root     S    ?          0\n'],
  ['ps --no-headers -o pid:3,comm:9,ppid:2 --ppid 3', '  5 sleep      3\n'],
  ['ps axf -o pid,args | tail -n +4 | head -n 2', '      3 bash -c sleep 32; :\n      5  \\_ sleep 32\n'],
  ['ps -eH -o comm | head -n 5', 'COMMAND\nbash\n  sleep\n  bash\n    sleep\n'],
  ['ps -p 99; echo $?', '    PID TTY          TIME CMD\n1\n'],
  [
    'ps -o nope',
    expect.stringMatching(/^error: unknown user-defined format specifier "nope"\n\nUsage:\n ps \[options\]\n/),
  ],
  ['pgrep sleep; pgrep -c sleep; pgrep -fa "sleep 32$"; pgrep nope; echo $?', '2\n5\n2\n5 sleep 32\n1\n'],
  ['pgrep -P 3 -l; pgrep -n sleep; pgrep -o sleep -d,', '5 sleep\n5\n2\n'],
  ['pkill -ef "sleep 31$"', 'sleep killed (pid 2)\n'],
  ['pidof sleep; pidof -s nope; echo $?', '5 2\n1\n'],
  ['/bin/kill -l 9; /bin/kill -0 2; /bin/kill 99; echo $?', 'KILL\n/bin/kill: (99): No such process\n1\n'],
  [
    'pstree -pU 1; :',
    expect.stringMatching(/^bash\(1\)─┬─bash\(3\)───sleep\(5\)\n {8}├─pstree\(\d+\)\n {8}└─sleep\(2\)\n$/),
  ],
  ['pstree -a 3', 'bash -c sleep 32; :\n  `-sleep 32\n'],
  ['exec killall -v nope; :', 'nope: no process found\n'],
  ['pwdx 2', '2: /tmp\n'],
  [
    'top -bn1 | tail -n +7 | head -n 1',
    '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n',
  ],
])('processes: %s', (script, output) => {
  expect(run(two + script)).toEqual(output);
});

test.each([
  ['sysctl kernel.ostype; sysctl -n kernel.ostype', 'kernel.ostype = Linux\nLinux\n'],
  ['sysctl -w kernel.hostname=x; uname -n; sysctl kernel/hostname=y', 'kernel.hostname = x\nx\nkernel.hostname = y\n'],
  [
    'sysctl -q kernel.hostname=x; sysctl kernel.nope; echo $?',
    'sysctl: cannot stat /proc/sys/kernel/nope: No such file or directory\n1\n',
  ],
  [
    'sysctl -p settings.conf',
    'kernel.hostname = lab\nsysctl: cannot stat /proc/sys/kernel/nope: No such file or directory\n',
  ],
  [
    'free -m | head -n 2',
    expect.stringMatching(/^ {15}total {8}used {8}free {6}shared {2}buff\/cache {3}available\nMem: {2}( +\d+){6}\n$/),
  ],
  ['uptime', expect.stringMatching(/^ \d\d:\d\d:\d\d up .*, {2}0 users?, {2}load average: 0\.00, 0\.00, 0\.00\n$/)],
  ['w -h; watch; echo $?', expect.stringMatching(/^\nUsage:\n watch \[options\] command\n/)],
])('the system: %s', (script, output) => {
  expect(run(script)).toEqual(output);
});
