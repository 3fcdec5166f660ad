/** What the real tools print (util-linux 2.38.1 of Debian 12); whole scenarios are played on both kernels elsewhere. */
import { beforeAll, expect, test } from 'vitest';
import { bootTest } from '../../kernel/sim/testing/boot';
import { programs as coreutils } from '../coreutils';
import { loadAll } from '../lib/loaded-later';
import { programs as shells } from '../shell';
import { parts, programs } from '.';

beforeAll(() => loadAll(parts));

const files = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/root:/bin/bash\nnobody:x:65534:65534::/:/bin/sh\n',
  '/etc/group': 'root:x:0:\nlearner:x:1000:\nnogroup:x:65534:\n',
  '/etc/fstab': 'store /mnt tmpfs size=1m,noauto 0 0\n',
  '/root/f': 'f\n',
  '/root/a/x': 'x\n',
  '/root/b/y': 'y\n',
};

function run(script: string): string {
  const { bash } = shells;
  if (!bash) throw new Error('no shell');
  const { stdout } = bootTest(
    { ...coreutils, ...programs, main: bash, bash, sh: bash },
    { argv: ['bash', '-c', `exec 2>&1; cd /root; ${script}`], env: { PATH: '/bin', LANG: 'C.UTF-8' }, files },
  );
  return stdout;
}

const dmesg = '       dmesg(1) may have more information after failed mount system call.\n';

test.each([
  ['mount -t tmpfs -o size=1m,ro x a; mount | tail -n 1', 'x on /root/a type tmpfs (ro,relatime,size=1024k)\n'],
  ['mount -v --bind a b; ls b', 'mount: /root/a bound on /root/b.\nx\n'],
  ['mount --bind -o ro a b; touch b/z; touch a/z; ls b', "touch: cannot touch 'b/z': Read-only file system\nx\nz\n"],
  [
    'mount /mnt; mount -v -o remount,ro /mnt; mount | tail -n 1',
    'mount: /mnt remounted.\nstore on /mnt type tmpfs (ro,relatime,size=1024k)\n',
  ],
  [
    'mount -v --make-shared a; mount -t tmpfs x a; mount -v --make-rslave a',
    `mount: /root/a: not mount point or bad option.\n${dmesg}mount: /root/a propagation flags changed.\n`,
  ],
  ['mount -t tmpfs x nope', `mount: nope: mount point does not exist.\n${dmesg}`],
  ['mount --bind nope a', `mount: /root/a: special device nope does not exist.\n${dmesg}`],
  ['mount -t foo x a', `mount: /root/a: unknown filesystem type 'foo'.\n${dmesg}`],
  ['mount -t nofoo x a', `mount: /root/a: special device x does not exist.\n${dmesg}`],
  ['mount f a', `mount: /root/a: /root/f is not a block device; try "-o loop".\n${dmesg}`],
  ['mount nope; echo $?', "mount: nope: can't find in /etc/fstab.\n1\n"],
  [
    'mount --mkdir -t tmpfs x new/deep; umount -v new/deep; umount new/deep; echo $?',
    'umount: /root/new/deep (x) unmounted\numount: new/deep: not mounted.\n32\n',
  ],
  ['mount -t tmpfs x a; cd a; umount /root/a; umount -l /root/a; echo $?', 'umount: /root/a: target is busy.\n0\n'],
  [
    'mount -t tmpfs x a; mountpoint a; mountpoint b; mountpoint -q a; echo $?',
    'a is a mountpoint\nb is not a mountpoint\n0\n',
  ],
])('mount: %s', (script, output) => {
  expect(run(script)).toBe(output);
});

const tree = 'mount -t tmpfs -o size=1m x a; mkdir a/s a/t; mount -t tmpfs y a/s; mount -t tmpfs z a/t; ';

test.each([
  [
    'findmnt -R a',
    'TARGET      SOURCE FSTYPE OPTIONS\n/root/a     x      tmpfs  rw,relatime,size=1024k\n├─/root/a/s y      tmpfs  rw,relatime\n└─/root/a/t z      tmpfs  rw,relatime\n',
  ],
  ['findmnt -n -o FSTYPE,TARGET a/s', 'tmpfs  /root/a/s\n'],
  ['findmnt -rno TARGET -R a', '/root/a\n/root/a/s\n/root/a/t\n'],
  ['findmnt -P -o SOURCE,TARGET y', 'SOURCE="y" TARGET="/root/a/s"\n'],
  [
    'findmnt -J -o TARGET -R a | tail -n +4 | tr -d " \\n"',
    '"target":"/root/a","children":[{"target":"/root/a/s"},{"target":"/root/a/t"}]}]}',
  ],
  ['findmnt -T a/s/nope -n -o TARGET; findmnt nope; echo $?', '1\n'],
  ['findmnt -t nfs; echo $?', '0\n'],
])('findmnt: %s', (script, output) => {
  expect(run(tree + script)).toBe(output);
});

test.each([
  [
    'unshare -u bash -c "echo lab > /proc/sys/kernel/hostname; uname -n"; uname -n',
    expect.stringMatching(/^lab\n(?!lab)/),
  ],
  ['unshare -fp --mount-proc bash -c "echo $$ \\$\\$"', expect.stringMatching(/^\d+ 1\n$/)],
  ['unshare -Ur id -u', '0\n'],
  ['unshare -U id -un', 'nobody\n'],
  ['unshare --map-user=5 id -u', '5\n'],
  ['unshare -Ur cat /proc/self/uid_map', '         0          0          1\n'],
  [
    'touch n; unshare --uts=n true; nsenter --uts=n stat -Lc %i /proc/self/ns/uts > p; stat -c %i n > q; [[ $(< p) = $(< q) ]]; echo $?',
    '0\n',
  ],
  [
    'nsenter -t 1 -a true; nsenter --uts=f true',
    "nsenter: reassociate to namespace 'ns/uts' failed: Invalid argument\n",
  ],
  ['nsenter -t 999 -u true', 'nsenter: cannot open /proc/999/ns/uts: No such file or directory\n'],
  ['unshare -u nope; echo $?', 'unshare: failed to execute nope: No such file or directory\n127\n'],
  ['lsns -n -t uts -o TYPE,NPROCS,PID,USER', expect.stringMatching(/^uts +\d+ +1 root\n$/)],
  ['lsns -t foo', 'lsns: unknown namespace type: foo\n'],
  ['setpriv --reuid 1000 --regid 1000 --clear-groups id', 'uid=1000(learner) gid=1000(learner) groups=1000(learner)\n'],
  [
    'setpriv --regid 1000 true',
    'setpriv: --[re]gid requires --keep-groups, --clear-groups, --init-groups, or --groups\n',
  ],
  ['setsid -w bash -c "exit 3"; echo $?', '3\n'],
  ['pivot_root a b', "pivot_root: failed to change root from `a' to `b': Device or resource busy\n"],
  ['runuser -u learner id -- -un', 'learner\n'],
])('namespaces and users: %s', (script, output) => {
  expect(run(script)).toEqual(output);
});

test.each([
  ['ipcmk -M 4096 -p 600', 'Shared memory id: 0\n'],
  [
    'ipcmk -Q > /dev/null; ipcs -q',
    expect.stringMatching(
      /^\n-{6} Message Queues -{8}\nkey {8}msqid {6}owner {6}perms {6}used-bytes {3}messages {4}\n0x[0-9a-f]{8} 0 {10}root {7}644 {8}0 {12}0 {11}\n\n$/,
    ),
  ],
  ['ipcmk -S 3 > /dev/null; ipcrm -s 0; ipcrm -s 0; echo $?', 'ipcrm: invalid id (0)\n1\n'],
  ['flock f echo held; flock -n f flock -n f echo twice; echo $?', 'held\n1\n'],
  ['getopt -o ab: -l long -- -a --long -bc x', " -a --long -b 'c' -- 'x'\n"],
  [
    'namei -l /root/nope',
    expect.stringMatching(
      /^f: \/root\/nope\ndrwx.* root root \/\ndrwx.* root root root\n {21}nope - No such file or directory\n$/,
    ),
  ],
  ["printf 'a\\bab\\n_\\bx\\tz  \\n' | col -b", 'ab\nx\tz\n'],
  ['swapon nope; echo $?', 'swapon: cannot open nope: No such file or directory\n255\n'],
  ['fallocate -l 1000 z; stat -c %s z', '1000\n'],
  ['uuidgen | tr a-f0-9 x', 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\n'],
  ['mount --nope', "mount: unrecognized option '--nope'\nTry 'mount --help' for more information.\n"],
  [
    'mount -V; unshare --version',
    'mount from util-linux 2.38.1 (libmount 2.38.1: selinux, smack, btrfs, verity, namespaces, assert, debug)\nunshare from util-linux 2.38.1\n',
  ],
])('others: %s', (script, output) => {
  expect(run(script)).toEqual(output);
});
