/** Bytes of the real programs (coreutils 9.1-1 of Debian 12, amd64), for those who look with ls -l. */
const text =
  '[ 68496 arch 43888 b2sum 60400 base32 48016 base64 48016 basename 43856 basenc 56208 cat 44016 chgrp 68656 chmod 64496 ' +
  'chown 72752 cksum 142384 comm 48048 cp 151152 csplit 122032 cut 48112 date 121904 dd 89240 df 102200 dir 151344 ' +
  'dircolors 52144 dirname 39760 du 175440 echo 43856 env 48536 expand 43952 expr 117808 factor 85200 false 35664 fmt 48016 ' +
  'fold 43920 groups 43920 head 48080 hostid 39760 id 48144 install 159544 join 56304 link 39760 ln 72824 logname 39760 ' +
  'ls 151344 md5sum 52176 mkdir 97552 mkfifo 68784 mknod 72912 mktemp 43952 mv 142968 nice 43888 nl 113776 nohup 43920 ' +
  'nproc 43920 numfmt 68624 od 80912 paste 43920 pathchk 43888 pinky 48176 pr 81008 printenv 35664 printf 64432 pwd 43952 ' +
  'readlink 52112 realpath 52144 rm 72752 rmdir 56240 seq 60336 sha1sum 56272 sha224sum 60368 sha256sum 60368 ' +
  'sha384sum 64464 sha512sum 64464 shred 64656 shuf 60400 sleep 43888 sort 118456 split 60984 stat 97488 stdbuf 60336 ' +
  'stty 85008 sum 52184 sync 39824 tac 113712 tail 76944 tee 43984 test 60304 timeout 48632 touch 109616 tr 56208 true 35664 ' +
  'truncate 43920 tsort 56208 tty 35696 uname 43888 unexpand 43952 uniq 48080 unlink 39760 users 39824 vdir 151344 wc 52280 ' +
  'who 60432 whoami 39792 yes 39760 chroot 48112';

const words = text.split(' ');

export const sizes: ReadonlyMap<string, number> = new Map(
  words.flatMap((word, at) => (at % 2 === 0 ? [[word, Number(words[at + 1])] as const] : [])),
);
