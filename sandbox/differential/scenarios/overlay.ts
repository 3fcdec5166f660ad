/** overlayfs: which layer shows, what a change leaves behind, what is refused. */
import type { Scenario } from '../scenario';

/** The kernel makes these up; that they are there is compared. */
const randomMarks: Scenario['mask'] = [
  {
    match: /(trusted\.overlay\.(?:uuid|origin)=0s)([\w+/]+)(=*)/g,
    as: '$1RANDOM$3',
  },
];

/** Everything is looked up once: a merged directory is given its mark then, by whoever comes first. */
const stage = (name: string, script: string, options = ''): Scenario => ({
  name,
  script: `mkdir /o; mount -t tmpfs o /o; cd /o; mkdir lower upper work merged
echo low > lower/low; echo low > lower/both; echo up > upper/both; echo up > upper/up; mkdir lower/dir upper/dir lower/only
echo 1 > lower/dir/one; echo 2 > upper/dir/two; echo x > lower/only/x; ln -s low lower/link; mkfifo lower/pipe
${options === '-' ? '' : `mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work${options} merged; ls -R merged > /dev/null`}
${script}`,
  mask: randomMarks,
});

/** Everything in a layer: kind, mode, size of files, and what overlayfs notes. */
const list = (where: string) =>
  `(cd ${where} && find . -mindepth 1 -printf '%y %m %p\\n' | sort -k 3; getfattr -R -h -d -m trusted.overlay . 2>/dev/null | grep -v '^$')`;

export const overlay: readonly Scenario[] = [
  stage('the merged view', `${list('merged')}; cat merged/both merged/low merged/up; ls merged/dir`),
  stage('what the layers hold at first', `${list('upper')}; ls -A work`),
  stage('write to a lower file', `echo more >> merged/low; cat merged/low lower/low; ${list('upper')}`),
  stage('truncate a lower file', `: > merged/low; cat lower/low; stat -c %s merged/low; ${list('upper')}`),
  stage('open for writing without writing', `exec 5>> merged/low; exec 5>&-; ${list('upper')}`),
  stage('chmod copies up', `chmod 600 merged/low; stat -c %a merged/low lower/low; ${list('upper')}`),
  stage('chown copies up', `chown 1:2 merged/low; stat -c %u:%g merged/low lower/low upper/low`),
  stage('touch copies up', `touch -d @1000000 merged/low; stat -c %Y merged/low upper/low; ${list('upper')}`),
  stage(
    'an extended attribute copies up',
    `setfattr -n user.a -v b merged/low; getfattr -n user.a --only-values merged/low; echo; ${list('upper')}`,
  ),
  stage('reading leaves nothing', `cat merged/low merged/only/x > /dev/null; ls merged/only; ${list('upper')}`),
  stage('copy-up makes the directories above', `echo y > merged/only/x; ${list('upper')}; cat lower/only/x`),
  stage('a new file', `echo new > merged/new; ${list('upper')}; ls lower`),
  stage('a new file in a lower directory', `echo new > merged/only/new; ${list('upper')}; ls merged/only lower/only`),
  stage('remove a lower file', `rm merged/low; ls merged; ${list('upper')}; ls lower; stat -c '%F %t:%T' upper/low`),
  stage('remove an upper file', `rm merged/up; ${list('upper')}`),
  stage('remove a file of both', `rm merged/both; ${list('upper')}; cat lower/both`),
  stage(
    'a file again where one was removed',
    `rm merged/low; echo again > merged/low; ${list('upper')}; cat merged/low`,
  ),
  stage('a directory where a file was removed', `rm merged/low; mkdir merged/low; ${list('upper')}`),
  stage('remove a merged directory', `rm -r merged/dir; ls merged; ${list('upper')}`),
  stage(
    'remove a directory that is not empty',
    `rmdir merged/only; echo $?; rmdir merged/dir; echo $?; rm merged/only/x; rmdir merged/only; echo $?; ${list('upper')}`,
  ),
  stage(
    'a directory again',
    `rm -r merged/only; mkdir merged/only; ls merged/only; ${list('upper')}; touch merged/only/z; ls merged/only`,
  ),
  stage('rename a file', `mv merged/low merged/renamed; ls merged; ${list('upper')}; cat merged/renamed`),
  stage('rename over a lower file', `mv merged/up merged/low; cat merged/low; ${list('upper')}`),
  stage(
    'rename an upper directory',
    `mkdir merged/fresh; touch merged/fresh/f; mv merged/fresh merged/moved; ${list('upper')}`,
  ),
  stage('rename a lower directory', `mv merged/only merged/moved; echo $?; ls merged merged/moved; ${list('upper')}`),
  stage(
    'rename a lower directory in one call',
    `python3 -c 'import os
try: os.rename("merged/only", "merged/moved")
except OSError as e: print(e.strerror)'; ls merged`,
  ),
  stage(
    'with redirect_dir',
    `mv merged/only merged/moved; ls merged merged/moved; ${list('upper')}`,
    ',redirect_dir=on',
  ),
  stage(
    'a hard link',
    `ln merged/low merged/link2; ls -i merged/low merged/link2 | cut -d ' ' -f 1 | uniq | wc -l; stat -c %h merged/low; ${list('upper')}`,
  ),
  stage(
    'hard links of the lower layer break',
    `ln lower/low lower/twin; echo changed > merged/low; cat merged/twin merged/low lower/twin`,
  ),
  stage(
    'a symbolic link',
    `readlink merged/link; cat merged/link; rm merged/link; ln -s up merged/link; cat merged/link; ${list('upper')}`,
  ),
  stage('write through a symbolic link', `echo more >> merged/link; cat merged/low; ${list('upper')}`),
  stage(
    'a whiteout made by hand',
    `umount merged; mknod upper/low c 0 0; mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged; ls merged; cat merged/low; echo $?`,
  ),
  stage(
    'an opaque directory made by hand',
    `umount merged; mkdir upper/only; setfattr -n trusted.overlay.opaque -v y upper/only; mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged; ls merged/only; echo end`,
  ),
  stage(
    'a file hides a directory',
    `umount merged; echo file > upper/only; mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged; cat merged/only; ls merged/only/x; echo $?`,
  ),
  stage(
    'a whiteout is seen as nothing',
    `rm merged/low; cat merged/low; ls -l merged/low; echo $?; test -e merged/low; echo $?`,
  ),
  stage('making a whiteout in the merged view', `mknod merged/w c 0 0; echo $?; ls merged`),
  stage(
    'overlay attributes are hidden',
    `rm -r merged/dir; mkdir merged/dir; getfattr -d -m - merged/dir; echo; setfattr -n trusted.overlay.opaque -v y merged/only; echo $?`,
  ),
  stage(
    'three lowers',
    `mkdir l2 l3; echo 2 > l2/low; echo 3 > l3/low; echo 3 > l3/three; mkdir l3/dir; echo d > l3/dir/three; mount -t overlay o3 -o lowerdir=l2:lower:l3 merged; cat merged/low merged/three; ls merged/dir merged; touch merged/x; echo $?`,
    '-',
  ),
  stage(
    'read-only without an upper',
    `mkdir l2; mount -t overlay ro -o lowerdir=lower:l2 merged; echo x > merged/low; echo $?; rm merged/low; echo $?; grep merged /proc/self/mountinfo | cut -d ' ' -f 6`,
    '-',
  ),
  stage('one lower and no upper', 'mount -t overlay ro -o lowerdir=lower merged; echo $?', '-'),
  stage('no lower', 'mount -t overlay o -o upperdir=upper,workdir=work merged; echo $?', '-'),
  stage('no workdir', 'mount -t overlay o -o lowerdir=lower,upperdir=upper merged; echo $?', '-'),
  stage('workdir alone', 'mkdir l2; mount -t overlay o -o lowerdir=lower:l2,workdir=work merged; echo $?', '-'),
  stage(
    'a lower that is not there',
    'mount -t overlay o -o lowerdir=nowhere,upperdir=upper,workdir=work merged; echo $?',
    '-',
  ),
  stage(
    'a lower that is a file',
    'mount -t overlay o -o lowerdir=lower/low,upperdir=upper,workdir=work merged; echo $?',
    '-',
  ),
  stage(
    'workdir on another filesystem',
    'mkdir w2; mount -t tmpfs w w2; mount -t overlay o -o lowerdir=lower,upperdir=upper,workdir=w2 merged; echo $?',
    '-',
  ),
  stage(
    'workdir in upper',
    'mkdir upper/w; mount -t overlay o -o lowerdir=lower,upperdir=upper,workdir=upper/w merged; echo $?',
    '-',
  ),
  stage(
    'upper in workdir',
    'mkdir work/u; mount -t overlay o -o lowerdir=lower,upperdir=work/u,workdir=work merged; echo $?',
    '-',
  ),
  stage(
    'upper and work the same',
    'mount -t overlay o -o lowerdir=lower,upperdir=upper,workdir=upper merged; echo $?',
    '-',
  ),
  stage(
    'an unknown option of overlay',
    'mount -t overlay o -o lowerdir=lower,upperdir=upper,workdir=work,colour=red merged; echo $?',
    '-',
  ),
  stage(
    'upper on an overlay',
    'mkdir merged/u merged/w m2; mount -t overlay o2 -o lowerdir=lower,upperdir=merged/u,workdir=merged/w m2; echo $?',
  ),
  stage(
    'an overlay as a lower',
    'mkdir m2 u2 w2; mount -t overlay o2 -o lowerdir=merged,upperdir=u2,workdir=w2 m2; echo $?; echo top > m2/low; cat m2/low merged/low; ls m2',
  ),
  stage(
    'a third storey',
    'mkdir m2 u2 w2 m3 u3 w3; mount -t overlay o2 -o lowerdir=merged,upperdir=u2,workdir=w2 m2; mount -t overlay o3 -o lowerdir=m2,upperdir=u3,workdir=w3 m3; echo $?',
  ),
  stage(
    'names with colons',
    "mkdir 'a:b'; echo c > 'a:b/c'; mount -t overlay o -o 'lowerdir=a\\:b:lower' merged; cat merged/c; ls merged",
    '-',
  ),
  stage(
    'options in mountinfo',
    `grep merged /proc/self/mountinfo | sed 's/.* - //'; umount merged; mount -t overlay src -o lowerdir=/o/lower,upperdir=/o/upper,workdir=/o/work,redirect_dir=on merged; grep merged /proc/self/mountinfo | sed 's/.* - //'`,
  ),
  stage(
    'unmount and mount again',
    `rm merged/low; echo new > merged/new; umount merged; ls merged; mount -t overlay again -o lowerdir=lower,upperdir=upper,workdir=work merged; ls merged; cat merged/new`,
  ),
  stage('a change below is seen when it was not copied', 'cat merged/low; echo changed > lower/low; cat merged/low'),
  stage('numbers of links', `stat -c %h merged merged/dir merged/only; mkdir merged/dir/s; stat -c %h merged/dir`),
  stage(
    'the device of the merged view',
    `[ $(stat -c %d merged) = $(stat -c %d merged/dir) ]; echo $?; [ $(stat -c %d merged) = $(stat -c %d lower) ]; echo $?; stat -f -c %T merged`,
  ),
  stage('a pipe of the lower layer', 'echo through > merged/pipe & cat merged/pipe; wait; stat -c %F merged/pipe'),
  stage(
    'copy-up keeps times and modes',
    `chmod 640 lower/low; touch -d @1000000 lower/low lower; chown 5:6 lower/low; chmod 600 merged/low; stat -c '%Y %u %g %a' merged/low`,
  ),
  stage(
    'set-id bits are lost on writing',
    `chmod 4755 lower/low; setpriv --reuid 1000 --regid 1000 --clear-groups true; chmod 6777 merged/low; chown 0:0 merged/low; stat -c %a merged/low`,
  ),
  stage(
    'large files',
    `head -c 3000000 /dev/zero | tr '\\0' x > lower/big; printf y | dd of=merged/big bs=1 seek=1500000 conv=notrunc status=none; stat -c %s merged/big; cmp lower/big merged/big; ${list('upper')}`,
  ),
  stage('rm -r of everything', `rm -r merged/*; ls -A merged; ${list('upper')}; ls lower`),
  stage('cp -a out of it', 'cp -a merged copy; ls -R copy'),
  stage(
    'an upper that is read-only',
    'mkdir u2; mount -t tmpfs -o ro u u2; mount -t overlay o -o lowerdir=lower,upperdir=u2,workdir=work merged; echo $?',
    '-',
  ),
  stage(
    'two overlays on one upper',
    'mkdir m2 w2; mount -t overlay o2 -o lowerdir=lower,upperdir=upper,workdir=w2 m2; echo $?',
  ),
  stage(
    'a user may mount one',
    `chmod 777 /o /o/*; setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urm bash -c 'mkdir /tmp/x && mount -t tmpfs t /tmp/x && cd /tmp/x && mkdir l u w m && echo low > l/f && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w m; echo $?; rm m/f; stat -c "%A %U %t:%T %n" u/f; ls m; echo end'`,
    '-',
  ),
];
