/** A small Debian 12: a shell, everyday programs and the libraries they are linked with. */
import { directory, type LabFile, text } from './spec';

const programs = `
  bash dash [ arch b2sum base32 base64 basename basenc cat chgrp chmod chown cksum comm cp csplit cut date dd df dir
  dircolors dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls
  md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pr printenv printf pwd readlink realpath
  rm rmdir seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac
  tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes
  find xargs grep sed gzip gunzip zcat tar hostname
`
  .trim()
  .split(/\s+/);

/** libcrypto is what the checksums of coreutils are linked with. */
const libraries = `
  libacl.so.1 libattr.so.1 libc.so.6 libcrypto.so.3 libgmp.so.10 libm.so.6 libpcre2-8.so.0 libselinux.so.1 libtinfo.so.6
`
  .trim()
  .split(/\s+/);

const multiarch = 'usr/lib/x86_64-linux-gnu';
const loader = 'ld-linux-x86-64.so.2';

export const debianFiles: readonly LabFile[] = [
  ...['boot', 'dev', 'etc', 'home', 'media', 'mnt', 'opt', 'proc', 'run', 'srv', 'sys', 'usr/local/bin'].map((path) =>
    directory(path),
  ),
  ...['usr/sbin', 'var/cache', 'var/lib', 'var/log', 'var/spool'].map((path) => directory(path)),
  directory('root', 0o700),
  directory('tmp', 0o1777),
  directory('var/tmp', 0o1777),
  ...['bin', 'lib', 'lib64', 'sbin'].map((name): LabFile => ({ path: name, is: 'symlink', target: `usr/${name}` })),
  text(
    'etc/passwd',
    'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  ),
  text('etc/group', 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n'),
  text('etc/shadow', 'root:*:::::::\n', 0o640),
  { path: 'etc/debian_version', is: 'copy', of: '/etc/debian_version', mode: 0o644 },
  { path: 'usr/lib/os-release', is: 'copy', of: '/usr/lib/os-release', mode: 0o644 },
  { path: 'etc/os-release', is: 'symlink', target: '../usr/lib/os-release' },
  ...programs.map((name): LabFile => ({ path: `usr/bin/${name}`, is: 'copy', of: `/usr/bin/${name}` })),
  { path: 'usr/bin/sh', is: 'symlink', target: 'dash' },
  { path: 'usr/sbin/chroot', is: 'copy', of: '/usr/sbin/chroot' },
  { path: `${multiarch}/${loader}`, is: 'copy', of: `/${multiarch}/${loader}` },
  { path: `usr/lib64/${loader}`, is: 'symlink', target: `/lib/x86_64-linux-gnu/${loader}` },
  ...libraries.map(
    (name): LabFile => ({ path: `${multiarch}/${name}`, is: 'library', of: `/${multiarch}/${name}`, mode: 0o644 }),
  ),
];
