/** What images on BusyBox have: one static program under all its names, and the few files that programs expect. */
import { directory, type LabFile, text } from './spec';

/** Those that BusyBox has on both kernels. */
const applets = `
  [ arch ash awk base64 basename bc cat chgrp chmod chown chroot clear cmp cp cut date dd df diff dirname dmesg
  dnsdomainname du echo egrep env expand expr factor fallocate false fgrep find fold free getopt grep groups gunzip gzip
  head hexdump hostid hostname httpd id ionice ip kill killall last less link ln logger login logname losetup ls md5sum
  mkdir mkfifo mknod mktemp more mount mv nc nl nologin nproc nsenter od passwd paste pidof ping ping6 pivot_root printf
  ps pwd readlink realpath renice reset rev rm rmdir sed seq setpriv setsid sh sha1sum sha256sum sha512sum shred shuf
  sleep sort stat stty su swapoff swapon switch_root sync sysctl tac tail tar taskset tc tee test timeout top touch tr
  true truncate tty umount uname unexpand uniq unlink unshare uptime vi w watch wc which who whoami xargs xxd yes zcat
`
  .trim()
  .split(/\s+/);

const accounts: readonly LabFile[] = [
  text(
    'etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
  ),
  text('etc/group', 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n'),
  text('etc/shadow', 'root:*:::::::\n', 0o640),
];

const places: readonly LabFile[] = [
  ...['dev', 'home', 'proc', 'run', 'sys', 'usr/bin', 'usr/sbin', 'var/lib', 'var/log'].map((path) => directory(path)),
  directory('root', 0o700),
  directory('tmp', 0o1777),
];

/** As the image of that name has it: every program is a further name of one file. */
export const busyboxFiles: readonly LabFile[] = [
  ...places,
  ...accounts,
  { path: 'bin/busybox', is: 'copy', of: '/usr/bin/busybox' },
  ...applets.map((name): LabFile => ({ path: `bin/${name}`, is: 'link', target: 'bin/busybox' })),
  { path: 'usr/bin/env', is: 'symlink', target: '../../bin/env' },
];

/** As Alpine has it: symbolic links. */
export const linkedBusyboxFiles: readonly LabFile[] = [
  ...places,
  ...accounts,
  { path: 'bin/busybox', is: 'copy', of: '/usr/bin/busybox' },
  ...applets.map((name): LabFile => ({ path: `bin/${name}`, is: 'symlink', target: '/bin/busybox' })),
  { path: 'usr/bin/env', is: 'symlink', target: '/bin/busybox' },
];
