/** Mounts, binds, propagation, namespaces of mounts, changing the root. */
import type { Scenario } from '../scenario';

/** What mountinfo says of the places below /m, without numbers that differ from boot to boot. */
const show = (path = '/m') =>
  `awk '$5 ~ "^${path}" { printf "%s %s %s", $4, $5, $6; for (i = 7; $i != "-"; i++) printf " %s", gensub(/:[0-9]+/, ":N", 1, $i); print " -", $(i+1), $(i+2), $(i+3) }' /proc/self/mountinfo`.replace(
    'gensub(/:[0-9]+/, ":N", 1, $i)',
    'substr($i, 1, index($i ":", ":") - 1)',
  );

const inTree = (name: string, script: string): Scenario => ({
  name,
  script: `mkdir /m; mount -t tmpfs base /m; mount --make-private /m; cd /m; mkdir a b c d\n${script}`,
});

export const mounts: readonly Scenario[] = [
  {
    // Both kernels bear Machines by one plan; control groups are mounted as the host has them.
    name: 'what a Machine is born with',
    script: `${show('/').replace('/proc/self', '/proc/1')} | grep -v /sys/fs/cgroup | sed 's/size=[0-9]*k,nr_inodes=[0-9]*/SIZE/; s/lowerdir=[^,]*/LAYERS/'
grep -E '^(Cap|NoNewPrivs|Seccomp|SigBlk)' /proc/1/status; cat /proc/1/comm; tr '\\0' ' ' < /proc/1/cmdline; echo
ls -A /proc/1/fd | wc -l; stat -c '%A %u:%g %n' / /* /dev/* /home/learner /root | grep -v ' /proc$'; find /home /root -name '.*rc' -printf '%p %m %u %s\\n' | sort`,
  },
  inTree(
    'a tmpfs with options',
    `mount -t tmpfs -o size=1m,mode=700,nosuid,nodev one a; ${show()}; stat -c %a a; df --output=size,target a`,
  ),
  inTree(
    'a tmpfs that is full',
    'mount -t tmpfs -o size=64k one a; head -c 65536 /dev/zero > a/x; echo $?; echo more > a/y; echo $?; rm a/x; echo more > a/y; echo $?; cat a/y',
  ),
  inTree(
    'a tmpfs without inodes',
    'mount -t tmpfs -o nr_inodes=4 one a; touch a/1 a/2 a/3; echo $?; touch a/4; echo $?; rm a/1; touch a/4; echo $?',
  ),
  inTree(
    'a larger and a smaller size',
    `mount -t tmpfs -o size=64k one a; head -c 40000 /dev/zero > a/x; mount -o remount,size=128k a; echo $?; mount -o remount,size=4k a; echo $?; ${show('/m/a')}`,
  ),
  inTree('an unknown option', 'mount -t tmpfs -o colour=red one a; echo $?'),
  inTree('an unknown filesystem', 'mount -t nosuchfs one a; echo $?'),
  inTree('no mount point', 'mount -t tmpfs one nowhere; echo $?'),
  inTree('a file as mount point of a tmpfs', 'touch f; mount -t tmpfs one f; echo $?'),
  inTree('bind of a directory', `touch a/x; mount --bind a b; ls b; ${show('/m/b')}; touch b/y; ls a`),
  inTree('bind of a file', `echo one > f; touch g; mount --bind f g; cat g; echo two > g; cat f; ${show('/m/g')}`),
  inTree('bind of a directory on a file', 'touch f; mount --bind a f; echo $?'),
  inTree('bind of a file on a directory', 'touch f; mount --bind f a; echo $?'),
  inTree('bind of what is not there', 'mount --bind nowhere a; echo $?'),
  inTree('read-only bind in one go', `mount --bind -o ro a b; touch b/x; echo $?; touch a/x; echo $?; ${show('/m/b')}`),
  inTree(
    'read-only bind in two steps',
    `mount --bind a b; mount -o remount,bind,ro b; touch b/x; echo $?; touch a/x; ${show('/m/b')}; mount -o remount,bind,rw b; touch b/y; echo $?`,
  ),
  inTree(
    'a read-only filesystem and its binds',
    `mount -t tmpfs one a; mount --bind a b; mount -o remount,ro a; touch a/x; echo $?; touch b/x; echo $?; ${show('/m/')}`,
  ),
  inTree(
    'bind does not take what is mounted below',
    'mkdir a/s; mount -t tmpfs sub a/s; touch a/s/x; mount --bind a b; ls b/s; echo end',
  ),
  inTree('rbind does', `mkdir a/s; mount -t tmpfs sub a/s; touch a/s/x; mount --rbind a b; ls b/s; ${show('/m/b')}`),
  inTree(
    'rbind leaves out what is unbindable',
    `mkdir a/s a/t; mount -t tmpfs s a/s; mount -t tmpfs t a/t; mount --make-unbindable a/s; mount --rbind a b; ${show('/m/b')}`,
  ),
  inTree('bind of an unbindable', 'mount -t tmpfs s a; mount --make-unbindable a; mount --bind a b; echo $?'),
  inTree('unmount', `mount -t tmpfs one a; touch a/x; umount a; ls a; echo $?; ${show('/m/a')}`),
  inTree('unmount what is not mounted', 'umount a; echo $?; umount nowhere; echo $?'),
  inTree(
    'unmount while somebody is in it',
    'mount -t tmpfs one a; cd a; umount /m/a; echo $?; cd /; umount /m/a; echo $?',
  ),
  inTree(
    'unmount while a file is open',
    'mount -t tmpfs one a; exec 5> a/x; umount a; echo $?; exec 5>&-; umount a; echo $?',
  ),
  inTree(
    'unmount while something is mounted below',
    'mount -t tmpfs one a; mkdir a/s; mount -t tmpfs two a/s; umount a; echo $?; umount -R a; echo $?',
  ),
  inTree(
    'lazy unmount keeps what is open',
    'mount -t tmpfs one a; echo still here > a/x; exec 5< a/x; umount -l a; echo $?; cat <&5; ls a',
  ),
  inTree(
    'lazy unmount of a tree',
    `mount -t tmpfs one a; mkdir a/s; mount -t tmpfs two a/s; umount -l a; echo $?; ${show('/m/a')}`,
  ),
  inTree(
    'two mounts on one place',
    'mount -t tmpfs one a; touch a/first; mount -t tmpfs two a; touch a/second; ls a; umount a; ls a; umount a; ls a',
  ),
  inTree('move', `mount -t tmpfs one a; touch a/x; mount --move a b; ls a b; ${show('/m/')}`),
  inTree('move what is no mount point', 'mount --move a b; echo $?'),
  inTree('move out of a shared parent', 'mount --make-shared /m; mount -t tmpfs one a; mount --move a b; echo $?'),
  inTree('move into itself', 'mount -t tmpfs one a; mkdir a/s; mount --move a a/s; echo $?'),
  inTree('remove a mount point', 'mount -t tmpfs one a; rmdir a; echo $?; mv a z; echo $?'),
  inTree('rename across mounts', 'mount -t tmpfs one a; touch a/x; ln a/x b/y; echo $?; mv a/x b/x; echo $?; ls a b'),
  inTree(
    'rename across a bind of the same filesystem',
    'mkdir e; mount --bind e a; touch a/x; ln a/x b/x; echo $?; ls b',
  ),
  inTree(
    'nodev',
    'mount -t tmpfs -o nodev one a; mknod a/null c 1 3; echo x > a/null; echo $?; mknod b/null c 1 3; echo x > b/null; echo $?',
  ),
  inTree(
    'noexec',
    'mount -t tmpfs -o noexec one a; cp /bin/true a/; a/true; echo $?; cp /bin/true b/; b/true; echo $?',
  ),
  inTree(
    'nosuid',
    'mount -t tmpfs -o nosuid one a; cp /usr/bin/id a/id; cp /usr/bin/id b/id; chmod 4755 a/id b/id; chmod 755 /m; setpriv --reuid 1000 --regid 1000 --clear-groups a/id -u; setpriv --reuid 1000 --regid 1000 --clear-groups b/id -u',
  ),
  inTree(
    'peers',
    `mount --make-shared /m; mount --bind /m /m/b 2>&1; mkdir -p /n; mount --bind /m /n; mount -t tmpfs one /m/a; ${show('/n')}; umount /n/a; ${show('/m/a')}`,
  ),
  inTree(
    'a slave receives and does not send',
    `mount --make-shared /m; mkdir -p /n; mount --bind /m /n; mount --make-slave /n; mount -t tmpfs one /m/a; ${show('/n')}; mount -t tmpfs two /n/c; ${show('/m/c')}; echo end`,
  ),
  inTree(
    'a slave that shares',
    `mount --make-shared /m; mkdir -p /n /o; mount --bind /m /n; mount --make-slave /n; mount --make-shared /n; mount --bind /n /o; mount -t tmpfs one /m/a; ${show('/n')}; ${show('/o')}; mount -t tmpfs two /n/c; ${show('/o/c')}; ${show('/m/c')}; echo end`,
  ),
  inTree(
    'private receives nothing',
    `mount --make-shared /m; mkdir -p /n; mount --bind /m /n; mount --make-private /n; mount -t tmpfs one /m/a; ${show('/n')}`,
  ),
  inTree(
    'all kinds in mountinfo',
    `for k in shared private slave unbindable; do mount -t tmpfs $k a; mount --make-$k a; done; ${show('/m/a')}`,
  ),
  inTree(
    'r-kinds',
    `mkdir -p a/s; mount -t tmpfs one a/s; mount --bind a a; mount --make-rshared a; ${show('/m/a')}; mount --make-rprivate a; ${show('/m/a')}`,
  ),
  inTree('making what is no mount point shared', 'mount --make-shared a; echo $?'),
  inTree(
    'unshare copies and separates',
    `mount -t tmpfs one a; unshare -m bash -c 'mount -t tmpfs two b; umount a; awk "\\$5 ~ \\"^/m\\" {print \\$5}" /proc/self/mountinfo'; ${show('/m/')}`,
  ),
  inTree(
    'unshare with shared propagation',
    `mount --make-shared /m; unshare -m --propagation unchanged bash -c 'mount -t tmpfs two /m/b'; ${show('/m/b')}`,
  ),
  inTree(
    'unshare with slave propagation',
    `mount --make-shared /m; unshare -m --propagation slave bash -c 'mount -t tmpfs inside /m/b; touch /tmp/in; comes test -e /tmp/out; awk "\\$5 ~ \\"^/m\\" {print \\$5, \\$9, \\$10}" /proc/self/mountinfo' & comes test -e /tmp/in; mount -t tmpfs outside /m/c; touch /tmp/out; wait; ${show('/m/')}`,
  ),
  inTree(
    'chroot',
    'mkdir -p a/bin a/x; cp /bin/busybox a/bin/; chroot a /bin/busybox ls /; chroot a /bin/nothing; echo $?',
  ),
  inTree(
    'chroot cannot see out',
    'mkdir -p a/bin; cp /bin/busybox a/bin/; chroot a /bin/busybox sh -c "cd ../../..; /bin/busybox pwd; /bin/busybox ls"',
  ),
  inTree(
    'pivot_root',
    `mkdir -p a/bin a/old; cp /bin/busybox a/bin/; unshare -m bash -c 'mount --bind /m/a /m/a; cd /m/a; pivot_root . old; cd /; /bin/busybox ls /; /bin/busybox ls /old/m; /bin/busybox umount -l /old; /bin/busybox ls /old; /bin/busybox cut -d " " -f 5 /proc/self/mountinfo; echo end'`,
  ),
  inTree(
    'pivot_root on itself',
    `mkdir -p a/bin; cp /bin/busybox a/bin/; unshare -m bash -c 'mount --bind /m/a /m/a; cd /m/a; pivot_root . .; /bin/busybox umount -l .; cd /; /bin/busybox ls /'`,
  ),
  inTree('pivot_root without a mount point', "mkdir -p a/old; unshare -m bash -c 'cd /m/a; pivot_root . old; echo $?'"),
  inTree(
    'pivot_root with the old root elsewhere',
    "mkdir -p a/old; unshare -m bash -c 'mount --bind a a; pivot_root a b; echo $?'",
  ),
  inTree(
    'pivot_root in a shared tree',
    "mkdir -p a/old; unshare -m --propagation shared bash -c 'mount --bind a a; cd a; pivot_root . old; echo $?'",
  ),
  inTree(
    'names with blanks in mountinfo',
    `mkdir 'with blank' 'tab\there' 'back\\\\slash'; for d in with* tab* back*; do mount -t tmpfs "$d" "$d"; done; ${show('/m/')}`,
  ),
  inTree(
    'findmnt',
    'mount -t tmpfs -o size=1m one a; mkdir a/s; mount -t tmpfs two a/s; findmnt -n -o TARGET,SOURCE,FSTYPE -R /m; findmnt -n -o FSTYPE a; findmnt /m/c; echo $?',
  ),
  inTree(
    'mountpoint',
    'mount -t tmpfs one a; mountpoint a; mountpoint b; echo $?; mountpoint nowhere; echo $?; mountpoint -q a; echo $?',
  ),
  inTree('the list of mount', 'mount -t tmpfs -o size=1m,nosuid one a; mount | grep "on /m"; grep " /m" /proc/mounts'),
  inTree(
    'mount and umount as somebody else',
    "chmod 755 /m; setpriv --reuid 1000 --regid 1000 --clear-groups bash -c 'mount -t tmpfs x /m/a; echo $?; umount /m; echo $?'",
  ),
  inTree(
    'a user may mount in their own namespaces',
    "setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urm bash -c 'mount -t tmpfs x /mnt; echo $?; touch /mnt/x; ls /mnt; umount /mnt; echo $?'",
  ),
  inTree(
    'but not take away what was there',
    "mount -t tmpfs one a; setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urm bash -c 'umount /m/a; echo $?; umount /m; echo $?; mount -o remount,bind,rw /proc/sys; echo $?'",
  ),
  inTree(
    'mqueue',
    'mount -t mqueue none a; stat -c "%A %h %U %s" a; touch a/q; cat a/q; ls -l a | cut -d " " -f 1; stat -f -c %T a 2>/dev/null; umount a',
  ),
  inTree(
    'proc of the same namespace',
    'mount -t proc proc a; cat a/sys/kernel/hostname; readlink a/self > /dev/null && echo self; ls -d a/1; umount a; echo $?',
  ),
  inTree('statfs', 'mount -t tmpfs -o size=1m one a; stat -f -c "%T %S %b" a; df -h a | tail -n 1'),
  inTree('a mount in a deleted directory', 'mkdir e; cd e; rmdir /m/e; mount -t tmpfs x .; echo $?; pwd; ls'),
  inTree(
    'umount -R and order',
    `mkdir -p a/1/2/3; for p in a a/1 a/1/2; do mount --bind $p $p; done; umount -R a; echo $?; ${show('/m/a')}`,
  ),
  inTree(
    'busy shared peers',
    'mkdir -p /n; mount --make-shared /m; mount --bind /m /n; mount -t tmpfs one a; cd /n/a; umount /m/a; echo $?; cd /; umount /m/a; echo $?',
  ),
  inTree(
    'a table of mounts with mistakes',
    `: > file; printf '%s\\n' '/m/file /m/a ext4 noauto,ro 0 0' 'proc /gone proc noauto,x-test,nofail 0 0' 'UUID=1 /m/a xfs defaults 0 0' '/m/file /m/file auto user,errors=remount-ro 0 0' 'a:/x /m/b nfs defaults 0 0' '# nothing' 'two words' 'tmpfs w tmpfs rw 0 0' > fstab; findmnt -x --verbose -F fstab; echo $?; findmnt -x -F fstab 2> /dev/null; findmnt -s -F fstab; echo 'x /m/a tmpfs rw 0 0' > good; findmnt -x -F good; echo $?; findmnt -x -F /nope; echo $?`,
  ),
  inTree(
    'one mount over another in findmnt',
    'mount -t tmpfs one a; mount -t tmpfs two a; findmnt -R /m/a -n -o SOURCE; findmnt -U -n -l -o SOURCE /m/a; findmnt -m -n -r -o SOURCE,TARGET | grep " /m/"',
  ),
];
